package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class WrongPartitionIT {
    private static final String DATASET = "docs";
    private static final String INDEX = "docs_v1";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;

    WrongPartitionIT(@TempDir Path directory) {
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

    private static int home(String key) {
        return RowProducer.home(DATASET, key);
    }

    private static int elsewhere(String key, Random random) {
        return (home(key) + 1 + random.nextInt(Cluster.PARTITIONS - 1)) % Cluster.PARTITIONS;
    }

    private static List<Row> rows(int from, int count, Texts texts) {
        List<Row> rows = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            rows.add(new Row("r" + i, texts.text(1 + i % 3), "first"));
        }
        return rows;
    }

    @Test
    void shouldBringRowsFromWrongPartitionsHomeOnce() throws Exception {
        Random random = Seeds.random("WrongPartitionIT.rows");
        List<Row> rows = rows(0, 80, new Texts(random));
        try (Freshet.Running freshet = cluster.freshet("wrong", directory.resolve("state"));
                RowProducer producer = new RowProducer(cluster, DATASET, "wrong")) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            int misplaced = 0;
            for (Row row : rows) {
                boolean wrong = random.nextInt(4) > 0;
                misplaced += wrong ? 1 : 0;
                producer.upsert(
                        row, null, null, wrong ? elsewhere(row.id(), random) : home(row.id()), random.nextBoolean());
            }
            Contents.checkEventually(user, INDEX, rows);
            assertThat(user.metric("freshet_rows_rerouted_total")).isEqualTo(misplaced);

            Map<String, VectorsTopic.Expected> chunks = VectorsTopic.chunks(
                    cluster, "wrong", user.index(INDEX).path("id").asLong());
            assertThat(chunks.keySet())
                    .containsExactlyInAnyOrderElementsOf(user.everything(INDEX).ids());
            assertThat(chunks.values())
                    .allSatisfy(chunk -> assertThat(chunk.partition()).isEqualTo(home(chunk.row())));
            assertThat(VectorsTopic.read(cluster, "wrong.vectors").stream()
                            .map(VectorsTopic.Entry::key)
                            .filter(key -> key.contains("/r")))
                    .as("images, one of each row")
                    .hasSize(rows.size())
                    .doesNotHaveDuplicates();

            Row deleted = rows.remove(17);
            producer.send(deleted.id(), null, elsewhere(deleted.id(), random));
            Contents.checkEventually(user, INDEX, rows);
            assertThat(user.item(INDEX, deleted.id())).isEmpty();
        }
    }

    @Test
    void shouldTruncateAllPartitionsFromAnyOfThem() throws Exception {
        Random random = Seeds.random("WrongPartitionIT.truncate");
        Texts texts = new Texts(random);
        List<Row> before = rows(0, 60, texts);
        List<Row> after = rows(50, 30, texts);
        try (Freshet.Running freshet = cluster.freshet("truncate", directory.resolve("state"));
                RowProducer producer = new RowProducer(cluster, DATASET, "truncate")) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            user.ingest(DATASET, before);
            Contents.check(user, INDEX, before);

            producer.truncate(null, random.nextInt(Cluster.PARTITIONS), true);
            Contents.checkEventually(user, INDEX, List.of());
            user.ingest(DATASET, after);
            Contents.check(user, INDEX, after);
            producer.truncate(null, random.nextInt(Cluster.PARTITIONS), false);
            Contents.checkEventually(user, INDEX, List.of());

            List<Row> ordered = rows(200, 40, texts);
            for (int i = 0; i < ordered.size(); i++) {
                producer.upsert(
                        ordered.get(i), null, (long) i, home(ordered.get(i).id()), random.nextBoolean());
            }
            Contents.checkEventually(user, INDEX, ordered);
            producer.truncate(25L, random.nextInt(Cluster.PARTITIONS), true);
            Contents.checkEventually(user, INDEX, ordered.subList(25, 40));
        }
    }
}
