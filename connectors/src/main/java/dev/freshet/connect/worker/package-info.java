/** The process that {@code freshet connect} runs: a Kafka Connect worker, and who gives it its connectors and looks after them. */
@NullMarked
package dev.freshet.connect.worker;

import org.jspecify.annotations.NullMarked;
