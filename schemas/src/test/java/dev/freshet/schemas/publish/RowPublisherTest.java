package dev.freshet.schemas.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.publish.RowPublisher.Position;
import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.row.RowLimits;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowPublisherTest {
    private static final String TOPIC = "freshet.rows";
    private static final List<String> ID = List.of("id");

    private final SchemaRegistryClient registry = new InMemorySchemaRegistryClient();
    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

    private RowPublisher publisher(String format) {
        return new RowPublisher(
                PublisherSettings.of(Map.of(
                        "bootstrap.servers",
                        "localhost:1",
                        "schema.registry.url",
                        "http://localhost:1",
                        "rows.format",
                        format)),
                kafka,
                format.equals("avro") ? registry : null);
    }

    private static String key(ProducerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    private RowChange last(String format) {
        ProducerRecord<byte[], byte[]> record =
                kafka.history().get(kafka.history().size() - 1);
        assertThat(record.topic()).isEqualTo(TOPIC);
        assertThat(record.partition()).as("Kafka's partitioner decides").isNull();
        return format.equals("avro")
                ? new ConfluentAvroSerde<>(RowChange.class, registry)
                        .deserializer()
                        .deserialize(TOPIC, record.value())
                : RowChangeJson.read(key(record), record.value());
    }

    @Test
    void shouldCloseTheRegistryIfThereIsNoProducer() {
        AtomicInteger closed = new AtomicInteger();
        SchemaRegistryClient closing = new SchemaRegistryClient() {
            @Override
            public int register(String subject, Schema schema) {
                return registry.register(subject, schema);
            }

            @Override
            public Schema schema(int id) {
                return registry.schema(id);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        PublisherSettings settings = PublisherSettings.of(
                Map.of("bootstrap.servers", "localhost:1", "schema.registry.url", "http://localhost:1"));
        KafkaException failure = new KafkaException("no producer");
        assertThatThrownBy(() -> RowPublisher.create(
                        settings,
                        () -> {
                            throw failure;
                        },
                        closing))
                .isSameAs(failure);
        assertThat(closed).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"avro", "json"})
    void shouldWriteUpsertsDeletesAndTruncates(String format) {
        try (RowPublisher publisher = publisher(format)) {
            Map<String, Object> row = new HashMap<>(Map.of("part", "a:b", "id", 7, "title", "Größe", "price", 1.5));
            row.put("gone", null);
            publisher.upsert("parts", List.of("id", "part"), row);
            assertThat(key(kafka.history().get(0))).isEqualTo("parts:7:a%3Ab");
            RowChange upsert = last(format);
            assertThat(upsert.getDataset()).isEqualTo("parts");
            assertThat(upsert.getKey()).isEqualTo("7:a%3Ab");
            assertThat(upsert.getOp()).isEqualTo(Op.UPSERT);
            assertThat(upsert.getColumns())
                    .containsEntry("id", 7L)
                    .containsEntry("title", "Größe")
                    .containsEntry("price", 1.5)
                    .containsEntry("gone", null);
            assertThat(upsert.getSource().getSystem()).isEqualTo("producer");

            publisher.delete("parts", List.of(7, "a:b"));
            assertThat(last(format).getOp()).isEqualTo(Op.DELETE);
            assertThat(last(format).getKey()).isEqualTo("7:a%3Ab");

            publisher.truncate("parts");
            assertThat(last(format).getOp()).isEqualTo(Op.TRUNCATE);
            assertThat(key(kafka.history().get(2))).isEqualTo("parts:");
        }
        assertThat(kafka.closed()).isTrue();
    }

    @Test
    void shouldTellWhereAChangeStandsOnceKafkaHasIt() {
        try (RowPublisher publisher = publisher("avro")) {
            CompletableFuture<Position> first = publisher.upsert("docs", ID, Map.of("id", 1));
            List<Position> told = new ArrayList<>();
            publisher.delete("docs", List.of(2), (position, failure) -> {
                assertThat(failure).isNull();
                told.add(position);
            });
            assertThat(first).isNotDone();
            assertThat(told).isEmpty();
            assertThat(kafka.completeNext()).isTrue();
            assertThat(first).isCompletedWithValue(new Position(0, 0));
            publisher.flush();
            assertThat(told).containsExactly(new Position(0, 1));
        }
    }

    @Test
    void shouldSayWhatKafkaRefused() {
        try (RowPublisher publisher = publisher("json")) {
            CompletableFuture<Position> late = publisher.upsert("docs", ID, Map.of("id", "late"));
            CompletableFuture<Position> large = publisher.upsert("docs", ID, Map.of("id", "large"));
            kafka.errorNext(new TimeoutException("30000 ms have passed"));
            kafka.errorNext(new RecordTooLargeException("more than 1000000"));
            assertThat(failure(late).code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE);
            assertThat(failure(late)).hasMessageContainingAll("row 'late'", "'docs'", "30000 ms", "again");
            assertThat(failure(large).code()).isEqualTo(ErrorCode.ROW_TOO_LARGE);
            assertThat(failure(large)).hasMessageContaining("max.message.bytes");
        }
    }

    @Test
    void shouldFailTheRowAndNotTheCallWhenTheRegistryIsDown() {
        SchemaRegistryClient down = new SchemaRegistryClient() {
            @Override
            public int register(String subject, Schema schema) {
                throw new FreshetException(ErrorCode.REGISTRY_UNAVAILABLE, "down");
            }

            @Override
            public Schema schema(int id) {
                throw new FreshetException(ErrorCode.REGISTRY_UNAVAILABLE, "down");
            }

            @Override
            public void close() {}
        };
        PublisherSettings settings =
                PublisherSettings.of(Map.of("bootstrap.servers", "h:1", "schema.registry.url", "http://h:1"));
        try (RowPublisher publisher = new RowPublisher(settings, kafka, down)) {
            CompletableFuture<Position> sent = publisher.upsert("docs", ID, Map.of("id", 1));
            assertThat(failure(sent).code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE);
            assertThat(kafka.history()).isEmpty();
        }
    }

    @Test
    void shouldRefuseAtOnceWhatCanNeverBeARow() {
        try (RowPublisher publisher = publisher("json")) {
            refused(ErrorCode.MISSING_KEY, "'id'", () -> publisher.upsert("docs", ID, Map.of("title", "x")));
            refused(ErrorCode.MISSING_KEY, "'id'", () -> publisher.upsert("docs", ID, Map.of("id", "")));
            refused(ErrorCode.MISSING_KEY, "'id'", () -> publisher.upsert("docs", ID, Map.of("id", 1.5)));
            refused(ErrorCode.MISSING_KEY, "id column", () -> publisher.upsert("docs", List.of(), Map.of("id", 1)));
            refused(
                    ErrorCode.MISSING_KEY,
                    "id value 1",
                    () -> publisher.delete("docs", Collections.singletonList(null)));
            refused(ErrorCode.INVALID_NAME, "'Docs:1'", () -> publisher.upsert("Docs:1", ID, Map.of("id", 1)));
            refused(ErrorCode.INVALID_NAME, "''", () -> publisher.truncate(""));
            refused(
                    ErrorCode.INVALID_ROW,
                    "1025 characters",
                    () -> publisher.delete("docs", List.of("k".repeat(1025))));
            refused(
                    ErrorCode.INVALID_ROW,
                    "'b'",
                    () -> publisher.upsert("docs", ID, Map.of("id", 1, "b", new byte[3])));
            refused(
                    ErrorCode.ROW_TOO_LARGE,
                    String.valueOf(RowLimits.RECORD_BYTES_MAX),
                    () -> publisher.upsert(
                            "docs", ID, Map.of("id", 1, "text", "x".repeat(RowLimits.RECORD_BYTES_MAX))));
            assertThat(kafka.history()).isEmpty();
        }
    }

    @Test
    void shouldTakeRowsOfManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicInteger acknowledged = new AtomicInteger();
        try (RowPublisher publisher = publisher("avro")) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int first = thread * 1_000;
                tasks.add(threads.submit(() -> {
                    for (int i = first; i < first + 200; i++) {
                        publisher.upsert(
                                "docs", ID, Map.of("id", i), (position, failure) -> acknowledged.incrementAndGet());
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
            publisher.flush();
            assertThat(acknowledged).hasValue(1_600);
            assertThat(kafka.history().stream().map(RowPublisherTest::key))
                    .doesNotHaveDuplicates()
                    .hasSize(1_600);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldTakeNothingOnceItIsClosed() {
        RowPublisher publisher = publisher("json");
        publisher.close();
        publisher.close();
        assertThatThrownBy(() -> publisher.truncate("docs"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static FreshetException failure(CompletableFuture<Position> future) {
        assertThat(future).isCompletedExceptionally();
        return future.<FreshetException>handle((position, failure) -> (FreshetException) failure)
                .join();
    }

    private static void refused(ErrorCode code, String part, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(part);
    }
}
