/** Chunking: a row's text into pieces that a model can embed whole. */
@NullMarked
package dev.freshet.text;

import org.jspecify.annotations.NullMarked;
