/** {@code freshet bench freshness}: how soon a row that was acknowledged is searchable, and where the time goes. */
@NullMarked
package dev.freshet.ops.bench.freshness;

import org.jspecify.annotations.NullMarked;
