/** A client for Confluent-compatible schema registries. */
@NullMarked
package dev.freshet.schemas.registry;

import org.jspecify.annotations.NullMarked;
