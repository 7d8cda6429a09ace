/** The keys of Freshet's topics, and the version of a row. */
@NullMarked
package dev.freshet.schemas.key;

import org.jspecify.annotations.NullMarked;
