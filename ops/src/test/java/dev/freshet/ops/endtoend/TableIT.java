package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a table that nobody has told Freshet of, as a connector sends them. */
@Timeout(600)
class TableIT {
    private static final int ROWS = 240;
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    /** So that rows of a dataset that does not come are given up while the test waits. */
    private static final String PATIENCE_MS = "2000";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path state;

    TableIT(@TempDir Path directory) {
        this.state = directory.resolve("state");
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = Cluster.start(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void shouldMakeADatasetOfATableOnceAndNotBringItBack() throws Exception {
        Texts texts = new Texts(Seeds.random("TableIT"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new Row(String.valueOf(i), texts.text(1 + i % 3), "album"));
        }
        long first;
        try (Freshet.Running freshet = freshet();
                RowProducer producer = new RowProducer(cluster, "albums", "tables")) {
            User user = new User(freshet.uri());
            for (int i = 0; i < ROWS; i++) {
                producer.tableRow(rows.get(i), source(i), schema("id", "text", "label"), i % 2 == 0);
            }
            Contents.checkEventually(user, "albums_v1", rows);
            JsonNode dataset = user.get("/v1/catalog/datasets/albums").expect(200);
            assertThat(dataset.path("text_columns").toString()).isEqualTo("[\"text\"]");
            assertThat(dataset.path("origin").path("text_columns").asText()).isEqualTo("proposed");
            assertThat(dataset.path("indexes")).hasSize(1);
            assertThat(user.get("/v1/catalog/datasets").expect(200).path("datasets"))
                    .hasSize(1);
            assertThat(user.get("/v1/dead-letters").expect(200).path("dead_letters"))
                    .isEmpty();
            assertThat(user.item("albums_v1", "7").orElseThrow().path("source").toString())
                    .isEqualTo(
                            "{\"system\":\"postgresql\",\"database\":\"chinook\",\"table\":\"public.album\",\"key\":\"7\",\"position\":\"0/7\",\"time\":\"2026-11-20T12:00:07Z\"}");
            Eventually.passes(Eventually.LONG, () -> checkLineage(user, ROWS, ROWS));

            rows.set(3, rows.get(3).withText("After the table was altered."));
            producer.tableRow(rows.get(3), source(ROWS), schema("id", "text", "label", "year"), false);
            Contents.checkEventually(user, "albums_v1", rows);
            Eventually.passes(Eventually.LONG, () -> {
                JsonNode changes = user.get("/v1/catalog/datasets/albums")
                        .expect(200)
                        .path("origin")
                        .path("changes");
                assertThat(changes).hasSize(1);
                assertThat(changes.path(0).path("column").asText()).isEqualTo("year");
            });
        }
        try (Freshet.Running freshet = freshet();
                RowProducer producer = new RowProducer(cluster, "albums", "tables")) {
            User user = new User(freshet.uri());
            Eventually.passes(Eventually.LONG, () -> checkLineage(user, ROWS, ROWS + 1));
            first = user.get("/v1/catalog/datasets/albums")
                    .expect(200)
                    .path("id")
                    .asLong();

            assertThat(user.call("DELETE", "/v1/catalog/datasets/albums", "").status())
                    .isEqualTo(202);
            for (int i = 0; i < 8; i++) {
                producer.tableRow(rows.get(i), source(ROWS + 1 + i), schema("id", "text", "label"), true);
            }
            Eventually.passes(Eventually.LONG, () -> {
                JsonNode letters =
                        user.get("/v1/dead-letters?dataset=albums").expect(200).path("dead_letters");
                assertThat(letters)
                        .hasSize(8)
                        .allSatisfy(letter -> assertThat(letter.path("message").asText())
                                .contains(
                                        "dropped at",
                                        "postgresql chinook public.album",
                                        "PUT /v1/catalog/datasets/albums"));
            });
            assertThat(user.get("/v1/catalog/datasets/albums").status()).isEqualTo(404);

            user.createDataset("albums");
            producer.tableRow(rows.get(9), source(2 * ROWS), schema("id", "text", "label"), true);
            Contents.checkEventually(user, "albums_v1", List.of(rows.get(9)));
            JsonNode again = user.get("/v1/catalog/datasets/albums").expect(200);
            assertThat(again.path("id").asLong()).isGreaterThan(first);
            Eventually.passes(Eventually.LONG, () -> checkLineage(user, 1, 1));
        }
    }

    private static void checkLineage(User user, int rows, int changes) {
        JsonNode lineage = user.get("/v1/catalog/datasets/albums/lineage").expect(200);
        assertThat(lineage.path("coverage").path("complete").asBoolean())
                .as(lineage.toString())
                .isTrue();
        assertThat(lineage.path("complete").asBoolean()).as(lineage.toString()).isTrue();
        assertThat(lineage.path("origins")).as(lineage.toString()).hasSize(1);
        JsonNode origin = lineage.path("origins").path(0);
        assertThat(origin.path("table").asText()).isEqualTo("public.album");
        assertThat(origin.path("rows").asInt()).as(lineage.toString()).isEqualTo(rows);
        assertThat(origin.path("changes").asInt()).as(lineage.toString()).isEqualTo(changes);
        assertThat(origin.path("partitions")).hasSize(Math.min(rows, Cluster.PARTITIONS));
        assertThat(lineage.path("indexes").path(0).path("model").path("name").asText())
                .isEqualTo(Cluster.HASHING);
    }

    private Freshet.Running freshet() {
        return Cluster.ready(Freshet.start(
                cluster.config("tables", state, "only", Map.of(FreshetConfig.UNKNOWN_DATASET_PATIENCE_MS, PATIENCE_MS)),
                Embedders.builder()
                        .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                        .build()));
    }

    private static Source source(int position) {
        return Source.newBuilder()
                .setSystem("postgresql")
                .setDatabase("chinook")
                .setTable("public.album")
                .setPosition("0/" + position)
                .setOrder((long) position)
                .setTimestamp(NOON.plusSeconds(position))
                .build();
    }

    private static TableSchema schema(String... columns) {
        return TableSchema.newBuilder()
                .setIdColumns(List.of("id"))
                .setColumns(IntStream.range(0, columns.length)
                        .mapToObj(i -> new TableColumn(columns[i], "text", columns[i].equals("text")))
                        .toList())
                .setTextProposed(true)
                .build();
    }
}
