package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.key.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The catalog over Kafka: a change is a command to the single writer, and counts when its reply says so and the reader has seen it. Thread-safe.
 */
public final class KafkaCatalogService extends CommandedCatalog implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final CatalogReader reader;
    private final TopicNames topics;
    private final KafkaProducer<String, CatalogCommand> producer;
    private final Admin admin;

    public KafkaCatalogService(
            Map<String, Object> clientConfig,
            TopicNames topics,
            CatalogReader reader,
            IndexDefaults defaults,
            Serializer<CatalogCommand> commands) {
        super(defaults);
        this.reader = requireNonNull(reader, "reader is null");
        this.topics = requireNonNull(topics, "topics is null");
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT.toMillis());
        this.admin = Admin.create(clientConfig);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), commands);
    }

    @Override
    public Catalog current() {
        return reader.current();
    }

    @Override
    public Catalog catchUp(Duration timeout) {
        return reader.catchUp(timeout);
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {
        reader.addListener(listener);
    }

    @Override
    public List<JobProgress> progress(Job job) {
        return job.running() ? reader.board().of(job.id()) : job.progress();
    }

    @Override
    public JobPace pace(Job job) {
        return job.running() ? reader.board().pace(job) : new JobPace(null, null);
    }

    @Override
    List<Long> nextVersions() {
        KnownTopic rows = reader.current()
                .topic(topics.rows())
                .orElseThrow(() -> unavailable("the topic " + topics.rows() + " is not registered yet", null));
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < rows.partitions(); partition++) {
            latest.put(new TopicPartition(rows.name(), partition), OffsetSpec.latest());
        }
        Map<TopicPartition, ListOffsetsResultInfo> ends = ends(latest);
        return IntStream.range(0, rows.partitions())
                .mapToObj(partition -> requireNonNull(ends.get(new TopicPartition(rows.name(), partition))))
                .map(end -> RowVersion.of(rows.epoch(), end.offset()))
                .toList();
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ends(Map<TopicPartition, OffsetSpec> latest) {
        try {
            return admin.listOffsets(latest).all().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noEnds("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw noEnds(String.valueOf(e.getCause() == null ? e : e.getCause()), e);
        }
    }

    private FreshetException noEnds(String reason, Throwable cause) {
        return new FreshetException(
                ErrorCode.KAFKA_UNAVAILABLE,
                "Kafka did not say where " + topics.rows() + " ends: " + reason + "; nothing was started",
                cause);
    }

    /**
     * Tells the catalog which topic stands behind a name now. Throws {@code TOPIC_RECREATED} when it is another one than before and {@code newEpoch} is
     * false, and {@code PARTITIONS_CHANGED} when it is the same with another number of partitions.
     */
    public KnownTopic registerTopic(String name, String topicId, int partitions, boolean newEpoch) {
        execute(new RegisterTopic(new TopicEntry(name, topicId, 0, partitions), newEpoch));
        return reader.current()
                .topic(name)
                .orElseThrow(
                        () -> unavailable("the topic " + name + " was registered, and is not in the catalog", null));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
        producer.close(Duration.ofSeconds(5));
    }

    @Override
    CatalogReply execute(Object body) {
        String id = UUID.randomUUID().toString();
        CatalogCommand command = CatalogCommand.newBuilder().setCommand(body).build();
        CompletableFuture<CatalogReply> awaited = reader.awaitReply(id);
        try {
            producer.send(new ProducerRecord<>(topics.catalogCommands(), id, command))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            CatalogReply reply = awaited.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (reply.getError() != null) {
                throw new FreshetException(
                        ErrorCode.valueOf(reply.getError().toUpperCase(Locale.ROOT)), reply.getMessage());
            }
            if (!reader.awaitVersion(reply.getVersion(), TIMEOUT)) {
                throw unavailable("the change was accepted, but could not be read back in time", null);
            }
            return reply;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while waiting for the catalog", e);
        } catch (ExecutionException e) {
            throw unavailable("the command could not be written: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw unavailable(
                    "no answer within " + TIMEOUT.toSeconds()
                            + " s. The change may still be made: look before you try again",
                    e);
        } finally {
            reader.forgetReply(id);
        }
    }

    private static FreshetException unavailable(String message, @Nullable Throwable cause) {
        return new FreshetException(ErrorCode.CATALOG_UNAVAILABLE, "the catalog is not available: " + message, cause);
    }
}
