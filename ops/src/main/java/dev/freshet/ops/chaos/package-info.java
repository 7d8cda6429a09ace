/** {@code freshet chaos}: breaks a small cluster while it is used, and checks what it says against what is true. */
@NullMarked
package dev.freshet.ops.chaos;

import org.jspecify.annotations.NullMarked;
