/** Errors as values: the one list of codes that HTTP, dead letters, logs and metrics share. */
@NullMarked
package dev.freshet.schemas.error;

import org.jspecify.annotations.NullMarked;
