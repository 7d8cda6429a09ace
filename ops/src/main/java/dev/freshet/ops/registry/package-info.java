/** A small Confluent-compatible schema registry over HTTP, kept in a Kafka topic. */
@NullMarked
package dev.freshet.ops.registry;

import org.jspecify.annotations.NullMarked;
