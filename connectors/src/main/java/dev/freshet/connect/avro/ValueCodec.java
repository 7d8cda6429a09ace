package dev.freshet.connect.avro;

/** Turns the values of one schema from Connect's into Avro's generic data and back. Neither side is ever null here; {@link OptionalCodec} is for that. Immutable. */
interface ValueCodec {
    /** @throws org.apache.kafka.connect.errors.DataException if the value cannot be written */
    Object toAvro(Object value);

    /** @throws org.apache.kafka.connect.errors.DataException if the datum is none of Connect's */
    Object toConnect(Object datum);
}
