package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.endtoend.User.Found;
import dev.freshet.ops.endtoend.User.Hit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class RestoreIT {
    private static final String PREFIX = "restore";
    private static final String DATASET = "notes";
    private static final String INDEX = "notes_v1";
    private static final int ROWS = 250;
    private static final int QUERIES = 8;
    private static final int K = 10;

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path state;
    private final Random random = Seeds.random("RestoreIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();
    private final List<String> queries = new ArrayList<>();

    RestoreIT(@TempDir Path directory) {
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
    void shouldAnswerTheSameAfterAnyRestart() {
        for (int i = 0; i < QUERIES; i++) {
            queries.add(texts.sentence());
        }
        List<Found> answers;
        try (Freshet.Running freshet = cluster.freshet(PREFIX, state)) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            fill(user);
            Contents.check(user, INDEX, rows.values());
            checkAgainstTopic(user);
            answers = answers(user);
        }
        try (Freshet.Running freshet = cluster.freshet(PREFIX, state)) {
            User user = new User(freshet.uri());
            checkSame(user, answers);
            assertThat(user.embeddedTexts()).as("texts embedded by a restart").isZero();
        }
        deleteTree(state.resolve(PREFIX + "-search"));
        try (Freshet.Running freshet = cluster.freshet(PREFIX, state)) {
            User user = new User(freshet.uri());
            checkSame(user, answers);
            checkAgainstTopic(user);
        }
        deleteTree(state.resolve(PREFIX + "-refresh"));
        try (Freshet.Running freshet = cluster.freshet(PREFIX, state)) {
            User user = new User(freshet.uri());
            user.ingest(DATASET, rows.values());
            assertThat(user.embeddedTexts()).as("texts embedded for known rows").isZero();
            assertThat(user.metric("freshet_rows_unchanged_total")).isEqualTo(rows.size());
            checkSame(user, answers);
            edit(user, "n3", "after the restore " + texts.sentence());
            assertThat(user.embeddedTexts()).isEqualTo(1);
            Contents.check(user, INDEX, rows.values());
        }
        deleteTree(state);
        try (Freshet.Running freshet = cluster.freshet(PREFIX, state)) {
            User user = new User(freshet.uri());
            Contents.check(user, INDEX, rows.values());
            checkAgainstTopic(user);
            delete(user, "n4");
            edit(user, "n5", "on an empty disk " + texts.sentence());
            Contents.check(user, INDEX, rows.values());
        }
    }

    private void fill(User user) {
        for (int i = 0; i < ROWS; i++) {
            Row row = new Row("n" + i, texts.text(1 + random.nextInt(i % 20 == 0 ? 25 : 5)), "label " + i % 7);
            rows.put(row.id(), row);
        }
        user.ingest(DATASET, rows.values());
        List<Row> edited = new ArrayList<>();
        for (Row row : List.copyOf(rows.values())) {
            switch (random.nextInt(5)) {
                case 0 -> edited.add(row.withText(texts.text(1 + random.nextInt(6))));
                case 1 -> edited.add(row.withLabel("changed"));
                case 2 -> delete(user, row.id(), false);
                default -> {}
            }
        }
        user.ingest(DATASET, edited);
        edited.forEach(row -> rows.put(row.id(), row));
        edit(user, "n5", texts.sentence());
        edit(user, "n3", texts.sentence());
        edit(user, "n4", texts.sentence());
        Contents.checkEventually(user, INDEX, rows.values());
    }

    private void edit(User user, String id, String text) {
        Row row = new Row(id, text, "edited");
        user.ingest(DATASET, List.of(row));
        rows.put(id, row);
    }

    private void delete(User user, String id) {
        delete(user, id, true);
    }

    private void delete(User user, String id, boolean wait) {
        user.delete(DATASET, id, wait);
        rows.remove(id);
    }

    private List<Found> answers(User user) {
        return queries.stream().map(query -> user.search(INDEX, query, K, true)).toList();
    }

    private void checkSame(User user, List<Found> before) {
        Contents.check(user, INDEX, rows.values());
        List<Found> after = answers(user);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).complete()).isTrue();
            assertThat(after.get(i).hits()).isEqualTo(before.get(i).hits());
        }
    }

    /** The ids are the topic's, exact search is brute force over the topic's vectors, and the graph finds nearly all of that. */
    private void checkAgainstTopic(User user) {
        Map<String, VectorsTopic.Expected> chunks = VectorsTopic.chunks(
                cluster, PREFIX, user.index(INDEX).path("id").asLong());
        assertThat(user.everything(INDEX).ids()).containsExactlyInAnyOrderElementsOf(chunks.keySet());
        int found = 0;
        try (HashingEmbedder embedder = HashingEmbedder.of(Cluster.HASHING_DIMENSIONS)) {
            for (String query : queries) {
                float[] vector = embedder.embedQuery(query).join();
                List<Double> wanted = VectorsTopic.nearest(chunks, vector, K);
                Found exact = user.search(INDEX, query, K, true);
                assertThat(exact.hits()).hasSameSizeAs(wanted);
                for (int i = 0; i < wanted.size(); i++) {
                    Hit hit = exact.hits().get(i);
                    assertThat(hit.distance()).isCloseTo(wanted.get(i), within(1e-5));
                    VectorsTopic.Expected chunk = requireNonNull(chunks.get(hit.id()), hit.id());
                    assertThat(chunk.cosineDistance(vector)).isCloseTo(hit.distance(), within(1e-5));
                    assertThat(hit.text()).isEqualTo(chunk.text());
                }
                Set<String> nearest = new HashSet<>(exact.ids());
                nearest.retainAll(user.search(INDEX, query, K, false).ids());
                found += nearest.size();
            }
        }
        assertThat((double) found / (QUERIES * K)).as("recall of the graphs").isGreaterThanOrEqualTo(0.95);
    }

    private static void deleteTree(Path directory) {
        assertThat(directory).isDirectory();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
