/** The command line. */
@NullMarked
package dev.freshet.ops;

import org.jspecify.annotations.NullMarked;
