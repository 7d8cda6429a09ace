/** {@code freshet bench filter}: searches with a filter, and searches whose results are filtered afterwards. */
@NullMarked
package dev.freshet.ops.bench.filter;

import org.jspecify.annotations.NullMarked;
