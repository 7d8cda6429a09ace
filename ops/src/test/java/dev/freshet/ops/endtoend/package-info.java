/** The whole product on a real broker, used as a user would: over HTTP, and by killing it. */
@NullMarked
package dev.freshet.ops.endtoend;

import org.jspecify.annotations.NullMarked;
