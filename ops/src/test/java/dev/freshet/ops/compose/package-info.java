@NullMarked
package dev.freshet.ops.compose;

import org.jspecify.annotations.NullMarked;
