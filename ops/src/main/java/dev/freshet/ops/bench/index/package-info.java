/** {@code freshet bench index}: the engines of the vector index, beside hnswlib-core as its authors ship it. */
@NullMarked
package dev.freshet.ops.bench.index;

import org.jspecify.annotations.NullMarked;
