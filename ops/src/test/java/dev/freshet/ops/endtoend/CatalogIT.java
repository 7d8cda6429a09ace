package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class CatalogIT {
    private static final String DATASET = "notes";
    private static final String INDEX = "notes_v1";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path state;

    CatalogIT(@TempDir Path directory) {
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

    private static List<Row> rows(String prefix, int count, Texts texts) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(prefix + i, texts.text(1 + i % 4), prefix));
        }
        return rows;
    }

    @Test
    void shouldFillAnIndexFromStoredRowsAndKeepTheCatalogOverARestart() {
        Texts texts = new Texts(Seeds.random("CatalogIT.backfill"));
        List<Row> rows = rows("n", 150, texts);
        JsonNode datasets;
        JsonNode indexes;
        try (Freshet.Running freshet = cluster.freshet("backfill", state)) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            user.ingest(DATASET, rows);
            String second = "{\"name\": \"small\", \"dataset\": \"notes\", \"chunk_size\": 200}";
            user.call("POST", "/v1/vectors/index", second).expect(201);
            refusesDuplicates(user, second);
            List<Row> edited = rows.subList(0, 20).stream()
                    .map(row -> row.withText(texts.text(2)))
                    .toList();
            user.ingest(DATASET, edited, false);
            for (int i = 0; i < edited.size(); i++) {
                rows.set(i, edited.get(i));
            }
            user.delete(DATASET, rows.remove(60).id(), false);
            Contents.checkEventually(user, "small", rows);
            Contents.checkEventually(user, INDEX, rows);
            assertThat(user.everything("small").hits().size())
                    .isGreaterThan(user.everything(INDEX).hits().size());
            user.call("POST", "/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}")
                    .expect(201);
            user.call("POST", "/v1/vectors/index", "{\"name\": \"gone\", \"dataset\": \"notes\"}")
                    .expect(201);
            assertThat(user.call("DELETE", "/v1/vectors/index/gone", "").status())
                    .isEqualTo(202);
            datasets = definitions(user);
            indexes = user.get("/v1/vectors/index").expect(200);
        }
        try (Freshet.Running freshet = cluster.freshet("backfill", state)) {
            User user = new User(freshet.uri());
            assertThat(definitions(user)).isEqualTo(datasets);
            assertThat(user.get("/v1/vectors/index").expect(200)).isEqualTo(indexes);
            refusesDuplicates(user, "{\"name\": \"own\", \"dimension\": 3}");
            Contents.check(user, "small", rows);
            Contents.check(user, INDEX, rows);
            assertThat(user.get("/v1/vectors/index/gone").status()).isEqualTo(404);
        }
    }

    /** The datasets without how fresh they are just now. */
    private static JsonNode definitions(User user) {
        JsonNode datasets = user.get("/v1/catalog/datasets?all=true").expect(200);
        datasets.path("datasets").forEach(dataset -> ((ObjectNode) dataset).remove("staleness"));
        return datasets;
    }

    private static void refusesDuplicates(User user, String index) {
        user.call("POST", "/v1/vectors/index", index).expect(409);
        user.call("PUT", "/v1/catalog/datasets/notes", "{\"id_columns\": [\"other\"], \"text_columns\": [\"text\"]}")
                .expect(409);
    }

    @Test
    void shouldNeverShowRowsOfADroppedDatasetUnderItsNameAgain() throws Exception {
        Random random = Seeds.random("CatalogIT.drop");
        Texts texts = new Texts(random);
        HashingEmbedder embedder = HashingEmbedder.holding(Cluster.HASHING_DIMENSIONS);
        List<Row> kept = List.of();
        try (Freshet.Running freshet = cluster.freshet("drop", state, "only", embedder);
                RowProducer producer = new RowProducer(cluster, DATASET, "drop")) {
            User user = new User(freshet.uri());
            for (int round = 0; round < 4; round++) {
                user.createDataset(DATASET);
                long old = datasetId(user);
                user.ingest(DATASET, rows("old" + round + "-", 120, texts), false);
                Eventually.holds("rows wait", Eventually.LONG, () -> embedder.held() > 0);
                embedder.release(random.nextInt(60));
                user.ingest(DATASET, rows("late" + round + "-", 30, texts), false);
                assertThat(user.call("DELETE", "/v1/catalog/datasets/notes", "").status())
                        .isEqualTo(202);
                assertThat(user.get("/v1/vectors/index/" + INDEX).status()).isEqualTo(404);
                user.createDataset(DATASET);
                assertThat(datasetId(user)).isGreaterThan(old);
                double outdated = user.metric("freshet_rows_outdated_total");
                for (Row row : rows("stray" + round + "-", 10, texts)) {
                    producer.upsert(row, old, null, RowProducer.home(DATASET, row.id()), random.nextBoolean());
                }
                kept = rows("new" + round + "-", 40, texts);
                user.ingest(DATASET, kept, false);
                List<Row> wanted = kept;
                Eventually.passes(Eventually.LONG, () -> {
                    embedder.releaseAll();
                    Contents.check(user, INDEX, wanted);
                });
                Eventually.passes(
                        Eventually.LONG,
                        () -> assertThat(user.metric("freshet_rows_outdated_total"))
                                .isGreaterThanOrEqualTo(outdated + 10));
                Contents.check(user, INDEX, wanted);
                // The topic is the truth that restores: what was dropped must be gone from there as well.
                Eventually.passes(
                        Eventually.LONG,
                        () -> assertThat(VectorsTopic.liveRows(cluster, "drop"))
                                .containsExactlyInAnyOrderElementsOf(
                                        wanted.stream().map(Row::id).toList()));
                if (round < 3) {
                    assertThat(user.call("DELETE", "/v1/catalog/datasets/notes", "")
                                    .status())
                            .isEqualTo(202);
                }
            }
        }
        try (Freshet.Running freshet = cluster.freshet("drop", state)) {
            Contents.check(new User(freshet.uri()), INDEX, kept);
        }
    }

    private static long datasetId(User user) {
        return user.get("/v1/catalog/datasets/" + DATASET)
                .expect(200)
                .path("id")
                .asLong();
    }
}
