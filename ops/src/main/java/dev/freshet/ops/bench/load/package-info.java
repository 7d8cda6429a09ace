/** Callers of a server, and how long their calls take. */
@NullMarked
package dev.freshet.ops.bench.load;

import org.jspecify.annotations.NullMarked;
