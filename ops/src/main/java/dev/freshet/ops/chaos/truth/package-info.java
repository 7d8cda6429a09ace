/**
 * What is true of a Freshet that others trouble: a workload, a journal of what was acknowledged, and an oracle that knows the Kafka topics and the HTTP API, and
 * nothing of how processes are run.
 */
@NullMarked
package dev.freshet.ops.chaos.truth;

import org.jspecify.annotations.NullMarked;
