/** What is watched: the metrics' page, the dashboard and the alert rules, held to each other. */
@NullMarked
package dev.freshet.ops.monitoring;

import org.jspecify.annotations.NullMarked;
