package dev.freshet.schemas.serde;

import dev.freshet.schemas.registry.SchemaRegistryClient;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro records in Confluent's wire format, by way of a schema registry.
 *
 * <p>Errors: {@link UndecodableRecordException} for bytes that can never be read (cut, foreign, an unknown id, an incompatible schema);
 * {@link dev.freshet.schemas.registry.SchemaRefusedException} when the registry will not take the schema of a record to be written;
 * {@link dev.freshet.schemas.error.FreshetException} with {@code REGISTRY_UNAVAILABLE} when the registry cannot be asked, which says
 * nothing about the record.
 *
 * <p>Kafka may also make it by class name; its settings are Confluent's:
 *
 * <ul>
 *   <li>those of the registry: {@link dev.freshet.schemas.registry.RegistrySettings};
 *   <li>{@code specific.avro.value.type}, {@code specific.avro.key.type}: the record class to read into.
 * </ul>
 *
 * <p>Thread-safe once constructed or configured: stream threads may share one.
 */
public final class ConfluentAvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final ConfluentAvroSerializer<T> serializer;
    private final ConfluentAvroDeserializer<T> deserializer;

    /** For Kafka, which calls {@link #configure} next. */
    public ConfluentAvroSerde() {
        this.serializer = new ConfluentAvroSerializer<>();
        this.deserializer = new ConfluentAvroDeserializer<>();
    }

    /** @param registry stays the caller's to close */
    public ConfluentAvroSerde(Class<T> type, SchemaRegistryClient registry) {
        this.serializer = new ConfluentAvroSerializer<>(registry);
        this.deserializer = new ConfluentAvroDeserializer<>(type, registry);
    }

    @Override
    public void configure(Map<String, ?> settings, boolean key) {
        serializer.configure(settings, key);
        deserializer.configure(settings, key);
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }

    @Override
    public void close() {
        serializer.close();
        deserializer.close();
    }
}
