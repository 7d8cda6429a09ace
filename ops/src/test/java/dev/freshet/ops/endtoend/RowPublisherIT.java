package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.schemas.publish.RowPublisher;
import dev.freshet.schemas.publish.RowPublisher.Position;
import dev.freshet.schemas.serde.ConfluentAvroDeserializer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Java program publishes is found, changed and gone again, in both formats. The pipeline reads Avro with a deserializer that it was told by name. */
@Timeout(600)
class RowPublisherIT {
    private static final String DATASET = "docs";
    private static final String INDEX = "docs_v1";
    private static final List<String> ID = List.of("id");

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;

    RowPublisherIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = Cluster.start(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static RowPublisher publisher(String format, String prefix) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "rows.topic",
                prefix + ".rows",
                "rows.format",
                format));
        if (format.equals("avro")) {
            settings.put("schema.registry.url", cluster.registryUrl());
        }
        return RowPublisher.create(settings);
    }

    private Freshet.Running freshet(String prefix) {
        FreshetConfig config = cluster.config(
                prefix,
                directory.resolve("state"),
                "only",
                Map.of(FreshetConfig.ROWS_DESERIALIZER, ConfluentAvroDeserializer.class.getName()));
        return Cluster.ready(Freshet.start(
                config,
                Embedders.builder()
                        .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                        .build()));
    }

    private static Map<String, String> columns(Row row) {
        return Map.of("id", row.id(), "text", row.text(), "label", row.label());
    }

    @ParameterizedTest
    @ValueSource(strings = {"avro", "json"})
    void shouldMakeRowsSearchable(String format) throws Exception {
        Random random = Seeds.random("RowPublisherIT." + format);
        Texts texts = new Texts(random);
        String prefix = "publish-" + format;
        try (Freshet.Running freshet = freshet(prefix);
                RowPublisher publisher = publisher(format, prefix)) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);

            List<Row> rows = new ArrayList<>();
            List<CompletableFuture<Position>> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Row row = new Row("r" + i, texts.text(1 + i % 3), "first");
                rows.add(row);
                sent.add(publisher.upsert(DATASET, ID, columns(row)));
            }
            for (int i = 0; i < rows.size(); i++) {
                assertThat(sent.get(i).get().partition())
                        .as("partition of %s", rows.get(i).id())
                        .isEqualTo(RowProducer.home(DATASET, rows.get(i).id()));
            }
            Contents.checkEventually(user, INDEX, rows);
            assertThat(user.metric("freshet_rows_rerouted_total")).isZero();

            AtomicInteger acknowledged = new AtomicInteger();
            List<Row> left = new ArrayList<>();
            for (Row row : rows) {
                int choice = random.nextInt(4);
                if (choice == 0) {
                    publisher.delete(DATASET, List.of(row.id()), (position, failure) -> acknowledged.incrementAndGet());
                    continue;
                }
                Row now = choice == 1 ? row.withText(texts.text(2)) : row.withLabel("second");
                left.add(now);
                // Twice, as a program does that was not told in time.
                publisher.upsert(DATASET, ID, columns(now));
                publisher.upsert(DATASET, ID, columns(now), (position, failure) -> acknowledged.incrementAndGet());
            }
            publisher.flush();
            assertThat(acknowledged).hasValue(rows.size());
            Contents.checkEventually(user, INDEX, left);

            publisher.truncate(DATASET).get();
            Contents.checkEventually(user, INDEX, List.of());
            assertThat(user.get("/v1/dead-letters")
                            .expect(200)
                            .path("dead_letters")
                            .size())
                    .isZero();
        }
    }
}
