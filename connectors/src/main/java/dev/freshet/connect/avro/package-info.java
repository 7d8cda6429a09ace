/** Connect's data as Avro in Confluent's wire format, and back: {@code ConfluentAvroConverter}, for any Connect worker. */
@NullMarked
package dev.freshet.connect.avro;

import org.jspecify.annotations.NullMarked;
