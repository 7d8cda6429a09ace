/** Personal data: what columns seem to hold it, and what is done to them before anything is kept. */
@NullMarked
package dev.freshet.schemas.privacy;

import org.jspecify.annotations.NullMarked;
