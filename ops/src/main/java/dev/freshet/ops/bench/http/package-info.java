/** {@code freshet bench http}: what HTTP adds to a search. */
@NullMarked
package dev.freshet.ops.bench.http;

import org.jspecify.annotations.NullMarked;
