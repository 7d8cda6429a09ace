/** Benchmarks: what they measure, and the shape of their reports. */
@NullMarked
package dev.freshet.ops.bench;

import org.jspecify.annotations.NullMarked;
