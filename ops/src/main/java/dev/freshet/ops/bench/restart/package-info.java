/** {@code freshet bench restart}: how soon a server that was killed answers from everything again. */
@NullMarked
package dev.freshet.ops.bench.restart;

import org.jspecify.annotations.NullMarked;
