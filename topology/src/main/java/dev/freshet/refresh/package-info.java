/** Rows in, vectors out: what changed is found, queued, chunked and embedded, exactly once. */
@NullMarked
package dev.freshet.refresh;

import org.jspecify.annotations.NullMarked;
