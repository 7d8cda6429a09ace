package dev.freshet.connect.avro;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.avro.ConverterSettings.Options;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.RegistrySettings;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.serde.GenericAvroFrames;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Connect's data as Avro in Confluent's wire format: a drop-in for Confluent's own {@code AvroConverter} where its jars are not at hand, for any Connect worker, any
 * connector and any registry with Confluent's API.
 *
 * <ul>
 *   <li>The subject is {@code <topic>-key} or {@code <topic>-value}. Schemas are translated as Confluent's converter does it, and each reads what the other wrote;
 *       {@code docs/avro-converter.md} has the table and what differs.
 *   <li>Null without a schema, or with an optional one, is a tombstone: null, no bytes. A value without a schema gets the one that Connect infers; where it
 *       cannot, the value is refused.
 *   <li>{@link DataException}: the record can never be converted. {@link RetriableException}: the registry cannot be asked now; Connect tries again as its {@code
 *       errors.retry.timeout} says.
 *   <li>Translated schemas are kept, at most {@code schemas.cache.config} in each direction.
 * </ul>
 *
 * <p>Thread-safe once configured.
 */
public final class ConfluentAvroConverter implements Converter, Versioned {
    private final boolean ownsRegistry;
    private @Nullable SchemaRegistryClient registry;
    private volatile @Nullable Configured configured;

    /** For Connect, which calls {@link #configure} next. */
    public ConfluentAvroConverter() {
        this.ownsRegistry = true;
    }

    /** @param registry stays the caller's to close */
    public ConfluentAvroConverter(SchemaRegistryClient registry) {
        this.registry = requireNonNull(registry, "registry is null");
        this.ownsRegistry = false;
    }

    /** A Connect schema, the Avro schema that goes with it, and how values get from one to the other. */
    private record Translated(Schema connect, org.apache.avro.Schema avro, OptionalCodec codec) {}

    private record Configured(
            Options options,
            GenericAvroFrames frames,
            String subjectSuffix,
            Cache<Schema, Translated> written,
            Cache<Integer, Translated> read) {}

    @Override
    public ConfigDef config() {
        return ConverterSettings.definition();
    }

    @Override
    public String version() {
        String version = ConfluentAvroConverter.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void configure(Map<String, ?> settings, boolean key) {
        ConverterSettings checked = new ConverterSettings(settings);
        SchemaRegistryClient client = registry;
        if (ownsRegistry || client == null) {
            client = RegistrySettings.client(settings);
            registry = client;
        }
        configured = new Configured(
                checked.options(),
                new GenericAvroFrames(client),
                key ? "-key" : "-value",
                new SynchronizedCache<>(new LRUCache<>(checked.cacheSize())),
                new SynchronizedCache<>(new LRUCache<>(checked.cacheSize())));
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, @Nullable Schema schema, @Nullable Object value) {
        Object given = value == null && schema != null && !schema.isOptional() ? schema.defaultValue() : value;
        if (given == null && (schema == null || schema.isOptional())) {
            return null;
        }
        Configured with = configured();
        try {
            Schema known = schema == null ? inferred(given) : schema;
            ConnectSchema.validateValue(known, given);
            Translated translated = translated(with, known);
            return with.frames()
                    .write(
                            topic + with.subjectSuffix(),
                            translated.avro(),
                            translated.codec().toAvro(given));
        } catch (DataException | AvroRuntimeException | ClassCastException e) {
            throw new DataException("Topic " + topic + ": the record cannot be written as Avro: " + e.getMessage(), e);
        } catch (SchemaRefusedException e) {
            throw new DataException("Topic " + topic + ": " + e.getMessage(), e);
        } catch (FreshetException e) {
            throw new RetriableException("Topic " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return SchemaAndValue.NULL;
        }
        Configured with = configured();
        try {
            GenericAvroFrames.Frame frame = with.frames().read(topic, bytes);
            Translated translated = translated(with, frame);
            return new SchemaAndValue(translated.connect(), translated.codec().toConnect(frame.datum()));
        } catch (UndecodableRecordException e) {
            throw new DataException(String.valueOf(e.getMessage()), e);
        } catch (DataException | AvroRuntimeException | ClassCastException e) {
            throw new DataException("Topic " + topic + ": the record cannot be Connect's: " + e.getMessage(), e);
        } catch (FreshetException e) {
            throw new RetriableException("Topic " + topic + ": " + e.getMessage(), e);
        }
    }

    /** Closes what {@link #configure} opened. */
    @Override
    public void close() {
        SchemaRegistryClient client = registry;
        if (ownsRegistry && client != null) {
            client.close();
        }
    }

    private Configured configured() {
        Configured now = configured;
        if (now == null) {
            throw new IllegalStateException("The converter was not configured");
        }
        return now;
    }

    private static Schema inferred(@Nullable Object value) {
        Schema schema = Values.inferSchema(value);
        if (schema == null) {
            throw new DataException("it comes without a schema, and none can be inferred from a "
                    + (value == null ? "null" : value.getClass().getName())
                    + "; use a connector or a converter that has schemas");
        }
        return schema;
    }

    private static Translated translated(Configured with, Schema connect) {
        Translated known = with.written().get(connect);
        if (known == null) {
            org.apache.avro.Schema avro = ToAvro.schema(connect, with.options());
            known = new Translated(connect, avro, new ValueCodecs(with.options()).optional(connect, avro));
            with.written().put(connect, known);
        }
        return known;
    }

    private static Translated translated(Configured with, GenericAvroFrames.Frame frame) {
        Translated known = with.read().get(frame.id());
        if (known == null) {
            Schema connect = FromAvro.schema(frame.schema(), with.options());
            known = new Translated(
                    connect, frame.schema(), new ValueCodecs(with.options()).optional(connect, frame.schema()));
            with.read().put(frame.id(), known);
        }
        return known;
    }
}
