/** Bugs that are put into nodes while they run, to see that {@code freshet chaos} finds them. Nothing of this is shipped, and the product knows nothing of it. */
@NullMarked
package dev.freshet.ops.chaos.planted;

import org.jspecify.annotations.NullMarked;
