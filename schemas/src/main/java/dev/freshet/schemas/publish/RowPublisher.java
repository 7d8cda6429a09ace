package dev.freshet.schemas.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.Slug;
import dev.freshet.schemas.registry.RegistrySettings;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.row.RowLimits;
import dev.freshet.schemas.serde.ConfluentAvroSerializer;
import dev.freshet.schemas.serde.TrustedRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes rows to Freshet's rows topic.
 *
 * <ul>
 *   <li>Idempotent, acknowledged by all in-sync replicas, in batches: the changes of one row arrive once and in the order of the calls of one thread, however
 *       often the network fails.
 *   <li>What can never become a row is refused at once with a {@link FreshetException} that names the column, the limit and the remedy, and is not sent: {@code
 *       INVALID_ROW}, {@code MISSING_KEY}, {@code INVALID_NAME}, {@code ROW_TOO_LARGE}. The limit of a row's text, {@code max.row.bytes}, is known to Freshet
 *       alone; a row above it becomes a dead letter there.
 *   <li>What Kafka or the registry do with it is told later, once for each call: by the future, or by the callback. Failures are {@code KAFKA_UNAVAILABLE},
 *       {@code REGISTRY_UNAVAILABLE}, {@code ROW_TOO_LARGE} (a broker with a lower limit) and {@code BAD_REQUEST} (the registry refuses the schema). Publishing
 *       the same change again does no harm.
 *   <li>A call waits while the producer's buffer is full or the topic is unknown, for at most {@code max.block.ms}. With Avro, it waits for the registry as
 *       well, until the registry has once told the schema's id: at most twice {@code schema.registry.request.timeout.ms} (10 s) and 0.1 s for each URL, so some
 *       20 s with one URL. While the registry is down each call waits that long anew and then fails; it is not asked again once it has answered.
 * </ul>
 *
 * <p>An acknowledged row is durable, and not searchable yet: {@code freshet.rows} offset and partition of the {@link Position} are what a search takes as {@code
 * min_positions}.
 *
 * <p>Thread-safe; one publisher for a program is enough. Callbacks, and what hangs on the futures without an executor, run on the producer's only I/O thread:
 * they should be quick and must not wait for another row.
 *
 * <pre>{@code
 * try (RowPublisher publisher = RowPublisher.create(Map.of(
 *         "bootstrap.servers", "localhost:9092",
 *         "schema.registry.url", "http://localhost:8081"))) {
 *     publisher.upsert("albums", List.of("id"), Map.of("id", 7, "title", "Facelift"));
 *     publisher.delete("albums", List.of(8)).join();
 * }
 * }</pre>
 */
public final class RowPublisher implements AutoCloseable {
    static {
        TrustedRecords.trust(RowChange.class);
    }

    private final PublisherSettings settings;
    private final Producer<byte[], byte[]> producer;
    private final Encoder encoder;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Where a change stands in the rows topic. */
    public record Position(int partition, long offset) {}

    /** Told once for each change: either of the two is null. */
    @FunctionalInterface
    public interface Acknowledgement {
        void completed(@Nullable Position position, @Nullable FreshetException failure);
    }

    /** The values of records. */
    private interface Encoder extends AutoCloseable {
        byte[] encode(RowChange change);

        @Override
        void close();
    }

    /** @param registry the publisher's to close; null if the format needs none */
    RowPublisher(
            PublisherSettings settings, Producer<byte[], byte[]> producer, @Nullable SchemaRegistryClient registry) {
        this.settings = requireNonNull(settings, "settings is null");
        this.producer = requireNonNull(producer, "producer is null");
        this.encoder = encoder(settings, registry);
    }

    /**
     * Opens a publisher.
     *
     * @param settings see {@code docs/producers.md}: {@code bootstrap.servers}, {@code schema.registry.url}, {@code rows.topic}, {@code rows.format}, and whatever
     *     Kafka's producer takes
     * @throws org.apache.kafka.common.config.ConfigException which setting is missing or wrong
     * @throws KafkaException if the producer cannot be made
     */
    public static RowPublisher create(Map<String, ?> settings) {
        PublisherSettings checked = PublisherSettings.of(settings);
        SchemaRegistryClient registry =
                checked.format() == PublisherSettings.Format.AVRO ? RegistrySettings.client(checked.registry()) : null;
        return create(
                checked,
                () -> new KafkaProducer<>(checked.producer(), new ByteArraySerializer(), new ByteArraySerializer()),
                registry);
    }

    /** The registry's client is closed if there is no publisher to close it later. */
    static RowPublisher create(
            PublisherSettings settings,
            Supplier<Producer<byte[], byte[]>> producer,
            @Nullable SchemaRegistryClient registry) {
        try {
            return new RowPublisher(settings, producer.get(), registry);
        } catch (RuntimeException e) {
            if (registry != null) {
                registry.close();
            }
            throw e;
        }
    }

    /**
     * Writes a row, whole: columns that are not given are null from then on.
     *
     * @param idColumns the dataset's id columns, in the dataset's order; each has a string or a whole number in {@code columns}
     * @param columns what {@code docs/producers.md} lists: null, booleans, numbers, text, times, and maps and lists of these
     */
    public CompletableFuture<Position> upsert(
            String dataset, List<String> idColumns, Map<String, ? extends @Nullable Object> columns) {
        return send(upserted(dataset, idColumns, columns));
    }

    /** As above, with a callback. */
    public void upsert(
            String dataset,
            List<String> idColumns,
            Map<String, ? extends @Nullable Object> columns,
            Acknowledgement acknowledgement) {
        send(upserted(dataset, idColumns, columns), acknowledgement);
    }

    /**
     * Deletes a row.
     *
     * @param idValues the values of the id columns, in the dataset's order
     */
    public CompletableFuture<Position> delete(String dataset, List<?> idValues) {
        return send(deleted(dataset, idValues));
    }

    /** As above, with a callback. */
    public void delete(String dataset, List<?> idValues, Acknowledgement acknowledgement) {
        send(deleted(dataset, idValues), acknowledgement);
    }

    /** Deletes all rows of a dataset, whatever their partition, that were written before. */
    public CompletableFuture<Position> truncate(String dataset) {
        return send(change(dataset, "", Op.TRUNCATE, new HashMap<>()));
    }

    /** As above, with a callback. */
    public void truncate(String dataset, Acknowledgement acknowledgement) {
        send(change(dataset, "", Op.TRUNCATE, new HashMap<>()), acknowledgement);
    }

    /** Sends what waits for its batch to fill, and returns when everything published before is acknowledged or has failed. */
    public void flush() {
        producer.flush();
    }

    /**
     * Sends what is left and waits for it, for at most {@code rows.close.timeout.ms}; what is not acknowledged by then fails. Closing again does nothing. Not to be
     * called by a callback.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                producer.close(settings.closeTimeout());
            } finally {
                encoder.close();
            }
        }
    }

    private RowChange upserted(
            String dataset, List<String> idColumns, Map<String, ? extends @Nullable Object> columns) {
        Map<String, @Nullable Object> values = new HashMap<>();
        columns.forEach((name, value) -> values.put(name, JavaValues.columnValue(name, value)));
        List<String> parts = new ArrayList<>();
        for (String column : idColumns) {
            parts.add(part("the id column '" + column + "'", values.get(column)));
        }
        return change(dataset, key(parts), Op.UPSERT, values);
    }

    private RowChange deleted(String dataset, List<?> idValues) {
        List<String> parts = new ArrayList<>();
        for (Object value : idValues) {
            String what = "id value " + (parts.size() + 1);
            parts.add(part(what, JavaValues.columnValue(what, value)));
        }
        return change(dataset, key(parts), Op.DELETE, new HashMap<>());
    }

    private static String part(String what, @Nullable Object value) {
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        if (value instanceof Long number) {
            return number.toString();
        }
        throw new FreshetException(
                ErrorCode.MISSING_KEY,
                what + " is " + (value == null ? "missing or null" : "no text and no whole number")
                        + ": it makes the row's key, give it a string that is not empty or a whole number");
    }

    private static String key(List<String> parts) {
        if (parts.isEmpty()) {
            throw new FreshetException(
                    ErrorCode.MISSING_KEY, "no id column is given: name those of the dataset, in its order");
        }
        String key = RowKeys.join(parts);
        if (key.length() > RowKeys.MAX_LENGTH) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW,
                    "the row key has " + key.length() + " characters, at most " + RowKeys.MAX_LENGTH + " are allowed");
        }
        return key;
    }

    private RowChange change(String dataset, String key, Op op, Map<String, @Nullable Object> columns) {
        if (!Slug.isValid(dataset)) {
            throw new FreshetException(
                    ErrorCode.INVALID_NAME,
                    "the dataset's name is '" + dataset + "', must be 1 to 64 characters of a-z, 0-9, '_' and '-'");
        }
        RowChange change = new RowChange();
        change.setDataset(dataset);
        change.setKey(key);
        change.setOp(op);
        change.setColumns(columns);
        change.setSource(new Source(settings.system(), null, null, null, null, null));
        return change;
    }

    private CompletableFuture<Position> send(RowChange change) {
        CompletableFuture<Position> future = new CompletableFuture<>();
        send(change, (position, failure) -> {
            if (failure != null) {
                future.completeExceptionally(failure);
            } else {
                future.complete(position);
            }
        });
        return future;
    }

    private void send(RowChange change, Acknowledgement acknowledgement) {
        requireNonNull(acknowledgement, "acknowledgement is null");
        if (closed.get()) {
            throw new IllegalStateException("The publisher is closed");
        }
        byte[] value;
        try {
            value = encoder.encode(change);
        } catch (FreshetException e) {
            acknowledgement.completed(null, e);
            return;
        } catch (SchemaRefusedException e) {
            acknowledgement.completed(
                    null,
                    new FreshetException(
                            ErrorCode.BAD_REQUEST,
                            "The registry does not take the schema of rows for the topic '" + settings.topic() + "': "
                                    + e.getMessage(),
                            e));
            return;
        }
        if (value.length > RowLimits.RECORD_BYTES_MAX) {
            throw new FreshetException(
                    ErrorCode.ROW_TOO_LARGE,
                    "row '" + change.getKey() + "' has " + value.length + " bytes as a record, at most "
                            + RowLimits.RECORD_BYTES_MAX + " are allowed; nothing was sent");
        }
        byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
        try {
            producer.send(new ProducerRecord<>(settings.topic(), key, value), (metadata, failure) -> {
                if (failure == null) {
                    acknowledgement.completed(new Position(metadata.partition(), metadata.offset()), null);
                } else {
                    acknowledgement.completed(null, failed(change, failure));
                }
            });
        } catch (KafkaException e) {
            acknowledgement.completed(null, failed(change, e));
        }
    }

    private static FreshetException failed(RowChange change, Exception failure) {
        String row = "row '" + change.getKey() + "' of dataset '" + change.getDataset() + "'";
        return failure instanceof RecordTooLargeException
                ? new FreshetException(
                        ErrorCode.ROW_TOO_LARGE,
                        "Kafka takes no record as large as " + row + ": " + failure.getMessage()
                                + "; raise max.request.size here and max.message.bytes of the topic",
                        failure)
                : new FreshetException(
                        ErrorCode.KAFKA_UNAVAILABLE,
                        "Kafka did not acknowledge " + row + "; publish it again, which does no harm: " + failure,
                        failure);
    }

    private static Encoder encoder(PublisherSettings settings, @Nullable SchemaRegistryClient registry) {
        return switch (settings.format()) {
            case AVRO -> new AvroEncoder(settings.topic(), requireNonNull(registry, "registry is null"));
            case JSON -> new JsonEncoder();
        };
    }

    private static final class AvroEncoder implements Encoder {
        private final String topic;
        private final SchemaRegistryClient registry;
        private final ConfluentAvroSerializer<RowChange> serializer;

        AvroEncoder(String topic, SchemaRegistryClient registry) {
            this.topic = topic;
            this.registry = registry;
            this.serializer = new ConfluentAvroSerializer<>(registry);
        }

        @Override
        public byte[] encode(RowChange change) {
            return requireNonNull(serializer.serialize(topic, change), "a change is never null");
        }

        @Override
        public void close() {
            registry.close();
        }
    }

    private static final class JsonEncoder implements Encoder {
        @Override
        public byte[] encode(RowChange change) {
            return RowChangeJson.write(change);
        }

        @Override
        public void close() {}
    }
}
