package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Avro of any schema in Confluent's wire format, for those who know no record class: data are Avro's generic ones, and of logical types what they are stored as
 * (an {@code int} for a date). Strings come as {@link CharSequence}.
 *
 * <p>Thread-safe. Readers are kept for as many schemas as the registry's client keeps: those that were asked for. The client stays the caller's to close.
 *
 * @see ConfluentAvroSerde for the errors
 */
public final class GenericAvroFrames {
    private static final int INITIAL_BYTES = 512;

    private final SchemaRegistryClient registry;
    // One of our own: Avro's shared one can be given conversions by anybody in the same JVM.
    private final GenericData data = new GenericData();
    private final ConcurrentMap<Integer, Reader> readers = new ConcurrentHashMap<>();

    private record Reader(Schema writer, DatumReader<@Nullable Object> reader) {}

    public GenericAvroFrames(SchemaRegistryClient registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    /**
     * What a frame held.
     *
     * @param id of the schema in the registry
     * @param schema which wrote it
     * @param datum null where the schema is a union with null
     */
    public record Frame(int id, Schema schema, @Nullable Object datum) {
        public Frame {
            requireNonNull(schema, "schema is null");
        }
    }

    /**
     * Writes a datum; its schema is registered under the subject if it is not there yet.
     *
     * @throws AvroRuntimeException if the datum is not of the schema
     */
    public byte[] write(String subject, Schema schema, @Nullable Object datum) {
        int id = registry.register(subject, schema);
        ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
        WireFormat.writeHeader(out, id);
        AvroBinary.write(out, new GenericDatumWriter<Object>(schema, data), datum);
        return out.toByteArray();
    }

    /** Reads a datum with the schema that wrote it. */
    public Frame read(String topic, byte[] bytes) {
        int id = WireFormat.readId(topic, bytes);
        Reader reader = readers.get(id);
        if (reader == null) {
            reader = reader(topic, id);
            readers.put(id, reader);
        }
        Object datum = AvroBinary.read(
                reader.reader(), bytes, WireFormat.HEADER_BYTES, "Topic " + topic + ", schema id " + id);
        return new Frame(id, reader.writer(), datum);
    }

    private Reader reader(String topic, int id) {
        try {
            Schema writer = registry.schema(id);
            return new Reader(writer, AvroBinary.reader(data, writer));
        } catch (SchemaRefusedException | AvroRuntimeException e) {
            throw new UndecodableRecordException(
                    "Topic " + topic + ", schema id " + id + " cannot be read: " + e.getMessage(), e);
        }
    }
}
