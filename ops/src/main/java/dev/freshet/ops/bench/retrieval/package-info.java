/** {@code freshet bench retrieval}: whether questions find the rows that answer them. */
@NullMarked
package dev.freshet.ops.bench.retrieval;

import org.jspecify.annotations.NullMarked;
