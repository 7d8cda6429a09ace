package dev.freshet.ops.registry;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.CompatibilityLevel;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's store and the topic that it is a function of.
 *
 * <ul>
 *   <li>Opening reads the topic to its end. The store changes in no other way than by reading the topic.
 *   <li>A change is written, read back and only then answered, so that what was answered is on the log and in the store.
 *   <li>There is one writer: the transactional id fences a predecessor that is still dying, and changes are made one at a time.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class SchemaLog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaLog.class);
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(100);

    private final SchemaStore store = new SchemaStore();
    private final String bootstrapServers;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable KafkaProducer<String, String> producer;
    private boolean fenced;

    private SchemaLog(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.partition = new TopicPartition(topic, 0);
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "default.api.timeout.ms",
                        (int) WRITE_TIMEOUT.toMillis()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Creates the topic when it is missing and reads it to its end.
     *
     * @throws FreshetException with {@code KAFKA_UNAVAILABLE} when the topic cannot be used
     */
    static SchemaLog open(String bootstrapServers, String topic, short replicationFactor) {
        createTopic(bootstrapServers, topic, replicationFactor);
        SchemaLog log = new SchemaLog(bootstrapServers, topic);
        try {
            log.load();
            return log;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    SchemaStore store() {
        return store;
    }

    /** Registers a schema, or finds it, as the topic has it. What is known waits for nobody who writes. */
    SchemaStore.Registration register(String subject, String schemaText) {
        return store.plan(subject, schemaText) instanceof SchemaStore.Plan.Found found
                ? found.registration()
                : registerNew(subject, schemaText);
    }

    private synchronized SchemaStore.Registration registerNew(String subject, String schemaText) {
        KafkaProducer<String, String> writer = openProducer();
        // After a failed write the topic may hold more than we have seen.
        catchUp(WRITE_TIMEOUT);
        SchemaStore.Plan plan = store.plan(subject, schemaText);
        if (plan instanceof SchemaStore.Plan.Added added) {
            append(writer, SchemaLogRecord.of(added.registration()));
        }
        return store.find(subject, schemaText);
    }

    synchronized void setCompatibility(@Nullable String subject, CompatibilityLevel level) {
        append(openProducer(), SchemaLogRecord.of(subject, level));
    }

    @Override
    public synchronized void close() {
        closeProducer();
        consumer.close();
    }

    private synchronized void load() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        // First the fence, then the end: nobody writes behind it.
        openProducer();
        catchUp(LOAD_TIMEOUT);
    }

    private void append(KafkaProducer<String, String> writer, SchemaLogRecord record) {
        long written;
        try {
            writer.beginTransaction();
            Future<RecordMetadata> sent = writer.send(
                    new ProducerRecord<>(partition.topic(), partition.partition(), record.key(), record.value()));
            writer.commitTransaction();
            written = sent.get().offset();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            fenced = true;
            closeProducer();
            throw fenced();
        } catch (KafkaException e) {
            // A new producer settles what this one left open.
            closeProducer();
            throw unavailable("Cannot write to topic " + partition.topic(), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A committed record failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted", e);
        }
        // The commit is answered before its marker is on the partition: the end that committed readers see may lag
        // behind.
        readTo(written + 1, WRITE_TIMEOUT);
    }

    private KafkaProducer<String, String> openProducer() {
        if (fenced) {
            throw fenced();
        }
        KafkaProducer<String, String> open = producer;
        if (open != null) {
            return open;
        }
        KafkaProducer<String, String> opened = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "transactional.id",
                        "freshet-registry-" + partition.topic(),
                        "acks",
                        "all",
                        "linger.ms",
                        0,
                        "max.block.ms",
                        WRITE_TIMEOUT.toMillis(),
                        "request.timeout.ms",
                        (int) WRITE_TIMEOUT.toMillis() / 3,
                        "delivery.timeout.ms",
                        (int) WRITE_TIMEOUT.toMillis()),
                new StringSerializer(),
                new StringSerializer());
        try {
            opened.initTransactions();
        } catch (KafkaException e) {
            opened.close(Duration.ZERO);
            throw unavailable("Cannot become the writer of topic " + partition.topic(), e);
        }
        producer = opened;
        return opened;
    }

    private void closeProducer() {
        KafkaProducer<String, String> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ofSeconds(1));
        }
    }

    private void catchUp(Duration timeout) {
        try {
            readTo(consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L), timeout);
        } catch (KafkaException e) {
            throw unavailable("Cannot read topic " + partition.topic(), e);
        }
    }

    private void readTo(long end, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (consumer.position(partition) < end) {
                if (System.nanoTime() - deadline > 0) {
                    throw unavailable(
                            "Topic " + partition.topic() + " was not read to its end within " + timeout.toSeconds()
                                    + " s",
                            null);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    apply(record);
                }
            }
        } catch (KafkaException e) {
            throw unavailable("Cannot read topic " + partition.topic(), e);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            LOGGER.warn("Skipped a record without a key at offset {} of {}", record.offset(), record.topic());
            return;
        }
        try {
            SchemaLogRecord.apply(record.key(), record.value(), store);
        } catch (IOException | IllegalArgumentException | SchemaRefusedException e) {
            LOGGER.warn("Skipped a damaged record at offset {} of {}", record.offset(), record.topic(), e);
        }
    }

    private static void createTopic(String bootstrapServers, String topic, short replicationFactor) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            try {
                NewTopic wanted =
                        new NewTopic(topic, 1, replicationFactor).configs(Map.of("cleanup.policy", "compact"));
                get(admin.createTopics(List.of(wanted)).all());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw unavailable("Cannot create topic " + topic, e.getCause());
                }
                requireUsable(admin, topic);
            }
        }
    }

    private static void requireUsable(Admin admin, String topic) {
        try {
            int partitions = requireNonNull(
                            get(admin.describeTopics(List.of(topic)).allTopicNames())
                                    .get(topic))
                    .partitions()
                    .size();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            String policy = requireNonNull(
                            get(admin.describeConfigs(List.of(resource)).all()).get(resource))
                    .get("cleanup.policy")
                    .value();
            if (partitions != 1 || !policy.equals("compact")) {
                throw unavailable(
                        "Topic " + topic + " has " + partitions + " partitions and cleanup.policy " + policy
                                + ", the schema registry needs 1 and compact; schemas could be lost",
                        null);
            }
        } catch (ExecutionException e) {
            throw unavailable("Cannot look at topic " + topic, e.getCause());
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(LOAD_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted", e);
        } catch (TimeoutException e) {
            throw unavailable("Kafka did not answer within " + LOAD_TIMEOUT.toSeconds() + " s", e);
        }
    }

    private static FreshetException fenced() {
        return unavailable(
                "Another process has become the writer of the schema registry's topic; this one is retired", null);
    }

    private static FreshetException unavailable(String message, @Nullable Throwable cause) {
        String reason = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, message + reason, cause);
    }
}
