/** Servers that benchmarks start for themselves, and what these servers tell about themselves. */
@NullMarked
package dev.freshet.ops.bench.server;

import org.jspecify.annotations.NullMarked;
