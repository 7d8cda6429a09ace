package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.registry.RegistrySettings;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Confluent's wire format: byte 0, the schema's id as 4 bytes (big endian), Avro binary.
 *
 * <p>The subject is {@code <topic>-value}, or {@code <topic>-key} when configured as a key. The schema is registered without Java's own
 * annotations ({@code avro.java.string}), as its {@code .avsc} has it. Null stays null.
 *
 * <p>Thread-safe once constructed or configured. A client that was passed in is not closed here.
 *
 * @see ConfluentAvroSerde for the settings and the errors
 */
public final class ConfluentAvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private static final int INITIAL_BYTES = 2048;

    private final ConcurrentMap<Class<?>, Writer> writers = new ConcurrentHashMap<>();
    private final boolean ownsRegistry;
    private volatile @Nullable SchemaRegistryClient registry;
    private volatile String subjectSuffix = "-value";

    private record Writer(Schema registered, DatumWriter<Object> writer) {}

    /** For Kafka, which calls {@link #configure} next. */
    public ConfluentAvroSerializer() {
        this.ownsRegistry = true;
    }

    public ConfluentAvroSerializer(SchemaRegistryClient registry) {
        this.registry = requireNonNull(registry, "registry is null");
        this.ownsRegistry = false;
    }

    @Override
    public void configure(Map<String, ?> settings, boolean key) {
        subjectSuffix = key ? "-key" : "-value";
        if (ownsRegistry) {
            registry = RegistrySettings.client(settings);
        }
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        SchemaRegistryClient client = registry;
        if (client == null) {
            throw new IllegalStateException("The serializer was not configured");
        }
        Writer writer = writers.get(record.getClass());
        if (writer == null) {
            writer = writer(record);
            writers.put(record.getClass(), writer);
        }
        int id = client.register(topic + subjectSuffix, writer.registered());
        ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
        WireFormat.writeHeader(out, id);
        AvroBinary.write(out, writer.writer(), record);
        return out.toByteArray();
    }

    @Override
    public void close() {
        SchemaRegistryClient client = registry;
        if (ownsRegistry && client != null) {
            client.close();
        }
    }

    @SuppressWarnings("unchecked")
    private static Writer writer(SpecificRecord record) {
        TrustedRecords.trust(record.getClass());
        Schema schema = record.getSchema();
        SpecificData data = SpecificData.getForClass(record.getClass());
        return new Writer(
                WireFormat.withoutJavaProperties(schema), (DatumWriter<Object>) data.createDatumWriter(schema));
    }
}
