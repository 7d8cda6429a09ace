/** A single-node Kafka broker: in this JVM for tests, in a child process for everything embedded. */
@NullMarked
package dev.freshet.ops.broker;

import org.jspecify.annotations.NullMarked;
