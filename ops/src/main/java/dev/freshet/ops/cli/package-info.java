/** The command line: one class per command. */
@NullMarked
package dev.freshet.ops.cli;

import org.jspecify.annotations.NullMarked;
