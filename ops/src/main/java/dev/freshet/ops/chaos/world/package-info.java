/** A small cluster that can be broken: processes that are killed and paused, links that lose bytes, a model that misbehaves, and what they all log. */
@NullMarked
package dev.freshet.ops.chaos.world;

import org.jspecify.annotations.NullMarked;
