/** Clients for Confluent-compatible schema registries, and what a registry knows as a state machine. */
@NullMarked
package dev.freshet.schemas.registry;

import org.jspecify.annotations.NullMarked;
