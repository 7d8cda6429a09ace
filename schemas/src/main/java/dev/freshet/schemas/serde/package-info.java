/** Avro in Confluent's wire format: byte 0, a 4-byte schema id, Avro binary. */
@NullMarked
package dev.freshet.schemas.serde;

import org.jspecify.annotations.NullMarked;
