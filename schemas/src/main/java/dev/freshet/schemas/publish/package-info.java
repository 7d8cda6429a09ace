/** For programs that publish rows from Java: straight to the rows topic, in batches, without HTTP between. */
@NullMarked
package dev.freshet.schemas.publish;

import org.jspecify.annotations.NullMarked;
