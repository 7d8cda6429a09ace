/** What a process tells of its stream applications: Kafka's own metrics, a chosen part of them, and how restoring goes. */
@NullMarked
package dev.freshet.app.metrics;

import org.jspecify.annotations.NullMarked;
