package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Row changes by way of a deserializer that the operator named, for example {@code io.confluent.kafka.serializers.KafkaAvroDeserializer}: whatever the class path
 * has and whatever registry it speaks to.
 *
 * <ul>
 *   <li>It is configured with the settings given and, unless they say otherwise, with {@code specific.avro.reader=true} and {@code
 *       specific.avro.value.type}.
 *   <li>It may answer with a {@link RowChange}, or with any other Avro record, which is then resolved into one as if we had read it.
 *   <li>Anything else, and any exception that speaks of the bytes, is {@link UndecodableRecordException}; exceptions that speak of the network or of credentials
 *       are {@code REGISTRY_UNAVAILABLE} and say nothing about the record ({@link RegistryTrouble}).
 * </ul>
 *
 * <p>Thread-safe: Kafka does not ask it of deserializers, so the named one is called by one thread at a time.
 */
public final class NamedRowDeserializer implements Deserializer<RowChange> {
    static {
        // The named class may make a RowChange by the name that stands in the schema.
        TrustedRecords.trust(RowChange.class);
    }

    private final Deserializer<?> named;
    private final ConcurrentMap<Schema, DatumReader<RowChange>> readers = new ConcurrentHashMap<>();

    NamedRowDeserializer(Deserializer<?> named) {
        this.named = requireNonNull(named, "named is null");
    }

    /**
     * Makes and configures the named class.
     *
     * @param settings what it is configured with
     * @throws ConfigException if there is no such class, or it is no deserializer, or it refuses the settings
     */
    public static NamedRowDeserializer of(String className, Map<String, ?> settings) {
        Deserializer<?> named;
        try {
            named = Class.forName(className, true, loader())
                    .asSubclass(Deserializer.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            ConfigException refused = new ConfigException("'" + className
                    + "' is no Kafka deserializer on the class path (with a constructor without parameters): " + e);
            refused.initCause(e);
            throw refused;
        }
        Map<String, Object> all = new HashMap<>();
        all.put("specific.avro.reader", "true");
        all.put(SerdeSettings.VALUE_TYPE, RowChange.class.getName());
        all.putAll(settings);
        named.configure(all, false);
        return new NamedRowDeserializer(named);
    }

    @Override
    public @Nullable RowChange deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        Object read;
        try {
            synchronized (named) {
                read = named.deserialize(topic, bytes);
            }
        } catch (RuntimeException e) {
            if (RegistryTrouble.isCauseOf(e)) {
                throw new FreshetException(
                        ErrorCode.REGISTRY_UNAVAILABLE,
                        "Topic " + topic + ": " + name() + " could not ask its registry: " + RegistryTrouble.story(e)
                                + ". Check that the registry runs, and its address and credentials.",
                        e);
            }
            throw new UndecodableRecordException(
                    "Topic " + topic + ": " + name() + " cannot read it: " + RegistryTrouble.story(e), e);
        }
        if (read instanceof RowChange change) {
            return change;
        }
        if (read instanceof IndexedRecord record) {
            return resolved(topic, record);
        }
        throw new UndecodableRecordException("Topic " + topic + ": " + name() + " made "
                + (read == null ? "nothing" : "a " + read.getClass().getName()) + " of it, which is no Avro record");
    }

    @Override
    public void close() {
        named.close();
    }

    private RowChange resolved(String topic, IndexedRecord record) {
        String what = "Topic " + topic + ", a record of " + record.getSchema().getFullName();
        byte[] avro;
        DatumReader<RowChange> reader;
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            AvroBinary.write(out, new GenericDatumWriter<>(record.getSchema(), new GenericData()), record);
            avro = out.toByteArray();
            reader = readers.computeIfAbsent(record.getSchema(), schema -> AvroBinary.reader(RowChange.class, schema));
        } catch (AvroRuntimeException e) {
            throw new UndecodableRecordException(what + ", is no row change: " + e.getMessage(), e);
        }
        return AvroBinary.read(reader, avro, 0, what);
    }

    private String name() {
        return named.getClass().getName();
    }

    private static @Nullable ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? NamedRowDeserializer.class.getClassLoader() : context;
    }
}
