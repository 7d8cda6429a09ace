/** A client of the HTTP interface, for the command line, the benchmarks and tests. */
@NullMarked
package dev.freshet.ops.client;

import org.jspecify.annotations.NullMarked;
