/** What {@code freshet chaos} breaks: each fault is a value that says what it will do, and does it to a {@link dev.freshet.ops.chaos.world.World}. */
@NullMarked
package dev.freshet.ops.chaos.fault;

import org.jspecify.annotations.NullMarked;
