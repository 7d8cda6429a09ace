/** Vectors in, answers out: the store fed and restored by the vectors topic, and the queries over it. */
@NullMarked
package dev.freshet.search;

import org.jspecify.annotations.NullMarked;
