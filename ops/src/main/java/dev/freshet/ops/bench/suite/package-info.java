/** {@code freshet bench all}: all benchmarks, one after the other. */
@NullMarked
package dev.freshet.ops.bench.suite;

import org.jspecify.annotations.NullMarked;
