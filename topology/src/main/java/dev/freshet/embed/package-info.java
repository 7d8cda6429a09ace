/** Embedders: text in, vectors out. */
@NullMarked
package dev.freshet.embed;

import org.jspecify.annotations.NullMarked;
