package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that share the partitions, each of which answers for both. */
@Timeout(600)
class RebalanceIT {
    private static final String PREFIX = "rebalance";
    private static final String DATASET = "notes";
    private static final String INDEX = "notes_v1";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;
    private final Random random = Seeds.random("RebalanceIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();

    RebalanceIT(@TempDir Path directory) {
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

    private Freshet.Running freshet(String instance) {
        return cluster.freshet(
                PREFIX, directory.resolve(instance), instance, HashingEmbedder.of(Cluster.HASHING_DIMENSIONS));
    }

    @Test
    void shouldSharePartitionsAndAnswerForAll() {
        Freshet.Running first = freshet("first");
        try {
            User one = new User(first.uri());
            one.createDataset(DATASET);
            one.ingest(DATASET, changes());
            Contents.check(one, INDEX, rows.values());
            try (Freshet.Running second = freshet("second")) {
                writeThroughBoth(one, new User(second.uri()));
            }
            Contents.checkEventually(one, INDEX, rows.values());
            one.ingest(DATASET, changes());
            Contents.check(one, INDEX, rows.values());
            checkTopic(one);
            try (Freshet.Running second = freshet("second")) {
                User two = new User(second.uri());
                writeThroughBoth(one, two);
                first.close();
                Contents.checkEventually(two, INDEX, rows.values());
                two.ingest(DATASET, changes());
                Contents.check(two, INDEX, rows.values());
                checkTopic(two);
            }
        } finally {
            first.close();
        }
    }

    private void writeThroughBoth(User one, User two) {
        checkTogether(one, two);
        one.ingest(DATASET, changes(), false);
        checkTogether(one, two);
        two.ingest(DATASET, changes(), false);
        delete(two);
        delete(one);
        checkTogether(one, two);
        assertThat(one.embeddedTexts()).isPositive();
        assertThat(two.embeddedTexts()).isPositive();
    }

    /** New rows and edits of old ones. */
    private Collection<Row> changes() {
        Map<String, Row> changes = new TreeMap<>();
        for (int i = 0; i < 80; i++) {
            String id = "n" + random.nextInt(200);
            changes.put(id, new Row(id, texts.text(1 + random.nextInt(5)), "label " + random.nextInt(5)));
        }
        rows.putAll(changes);
        return changes.values();
    }

    private void delete(User user) {
        String id = List.copyOf(rows.keySet()).get(random.nextInt(rows.size()));
        user.delete(DATASET, id, false);
        rows.remove(id);
    }

    /** Each answers for both, and both do their part. */
    private void checkTogether(User one, User two) {
        Contents.checkEventually(one, INDEX, rows.values());
        Contents.checkEventually(two, INDEX, rows.values());
    }

    private static void checkTopic(User user) {
        long id = user.index(INDEX).path("id").asLong();
        assertThat(user.everything(INDEX).ids())
                .containsExactlyInAnyOrderElementsOf(
                        VectorsTopic.chunks(cluster, PREFIX, id).keySet());
    }
}
