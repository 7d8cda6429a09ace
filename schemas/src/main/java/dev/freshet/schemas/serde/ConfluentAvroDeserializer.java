package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.registry.RegistrySettings;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Confluent's wire format into one record class, whatever compatible schema wrote it. Null stays null.
 *
 * <p>Thread-safe once constructed or configured. A client that was passed in is not closed here.
 *
 * @see ConfluentAvroSerde for the settings and the errors
 */
public final class ConfluentAvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final ConcurrentMap<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
    private final boolean ownsRegistry;
    private volatile @Nullable SchemaRegistryClient registry;
    private volatile @Nullable Class<T> type;

    /** For Kafka, which calls {@link #configure} next. */
    public ConfluentAvroDeserializer() {
        this.ownsRegistry = true;
    }

    public ConfluentAvroDeserializer(Class<T> type, SchemaRegistryClient registry) {
        this.type = requireNonNull(type, "type is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.ownsRegistry = false;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> settings, boolean key) {
        if (ownsRegistry) {
            type = (Class<T>) SerdeSettings.type(settings, key);
            registry = RegistrySettings.client(settings);
        }
    }

    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.readId(topic, bytes);
        DatumReader<T> reader = readers.get(id);
        if (reader == null) {
            reader = reader(topic, id);
            readers.put(id, reader);
        }
        return AvroBinary.read(reader, bytes, WireFormat.HEADER_BYTES, "Topic " + topic + ", schema id " + id);
    }

    @Override
    public void close() {
        SchemaRegistryClient client = registry;
        if (ownsRegistry && client != null) {
            client.close();
        }
    }

    private DatumReader<T> reader(String topic, int id) {
        SchemaRegistryClient client = registry;
        Class<T> target = type;
        if (client == null || target == null) {
            throw new IllegalStateException("The deserializer was not configured");
        }
        try {
            return AvroBinary.reader(target, client.schema(id));
        } catch (SchemaRefusedException | AvroRuntimeException e) {
            throw new UndecodableRecordException(
                    "Topic " + topic + ", schema id " + id + " cannot be read as " + target.getSimpleName() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
