/** Rows: column values between JSON and Avro, and row changes as JSON. */
@NullMarked
package dev.freshet.schemas.row;

import org.jspecify.annotations.NullMarked;
