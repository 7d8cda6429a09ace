package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, each with warm copies of what the other answers. */
@Timeout(600)
class StandbyIT {
    private static final String PREFIX = "standby";
    private static final String DATASET = "notes";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;
    private final Random random = Seeds.random("StandbyIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();
    private final List<String> indexes = new ArrayList<>();

    StandbyIT(@TempDir Path directory) {
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
    void shouldTakeOverWithoutLoadingAnything() throws Exception {
        Freshet.Running first = freshet("first");
        try (Freshet.Running second = freshet("second")) {
            User one = new User(first.uri());
            User two = new User(second.uri());
            createIndexes(one);
            one.ingest(DATASET, changes(300), false);
            shareAndSettle(one, two);
            two.ingest(DATASET, changes(50), false);
            shareAndSettle(one, two);

            double loaded = loads(two);
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService searcher = Executors.newSingleThreadExecutor();
            try {
                long closed = System.nanoTime();
                Future<Long> complete = searcher.submit(() -> searchUntilComplete(two, stop));
                first.close();
                long took = complete.get(180, TimeUnit.SECONDS) - closed;
                System.out.println(
                        "complete again " + TimeUnit.NANOSECONDS.toMillis(took) + " ms after the close began");
            } finally {
                stop.set(true);
                searcher.shutdownNow();
            }
            for (String index : indexes) {
                Contents.checkEventually(two, index, rows.values());
            }
            assertThat(loads(two)).as("graphs loaded by the takeover").isEqualTo(loaded);
            two.ingest(DATASET, changes(50));
            for (String index : indexes) {
                Contents.checkEventually(two, index, rows.values());
            }
            assertThat(loads(two)).isEqualTo(loaded);
        } finally {
            first.close();
        }
    }

    private void createIndexes(User user) {
        user.createDataset(DATASET);
        indexes.add(DATASET + "_v1");
        createIndex(user, VectorIndexes.COMPACT.engine(), Quantization.INT8.text(), true);
        for (VectorIndexes engine : VectorIndexes.values()) {
            for (Quantization quantization : Quantization.values()) {
                if (engine.supports(quantization)) {
                    createIndex(user, engine.engine(), quantization.text(), false);
                }
            }
        }
    }

    private void createIndex(User user, String engine, String quantization, boolean vectorsOnDisk) {
        String index = DATASET + "-" + engine + "-" + quantization + (vectorsOnDisk ? "-on-disk" : "");
        assertThat(user.call(
                                "POST",
                                "/v1/vectors/index",
                                "{\"name\":\"" + index + "\",\"dataset\":\"" + DATASET + "\",\"engine\":\"" + engine
                                        + "\",\"quantization\":\"" + quantization
                                        + "\",\"vectors_on_disk\":" + vectorsOnDisk + "}")
                        .status())
                .isEqualTo(201);
        indexes.add(index);
    }

    /** Each answers everything, and has loaded every partition of every index: those that it holds and those that it keeps warm. */
    private void shareAndSettle(User one, User two) {
        for (String index : indexes) {
            Contents.checkEventually(one, index, rows.values());
            Contents.checkEventually(two, index, rows.values());
        }
        double all = Cluster.PARTITIONS * (double) indexes.size();
        Eventually.holds(
                "both processes have loaded everything", Eventually.LONG, () -> loads(one) >= all && loads(two) >= all);
    }

    private Long searchUntilComplete(User user, AtomicBoolean stop) throws InterruptedException {
        // The other process may still answer at first: complete means that this one alone does.
        while (!stop.get()) {
            if (user.everything(indexes.get(0)).complete()) {
                return System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Long.MAX_VALUE;
    }

    private static double loads(User user) {
        return user.metric("freshet_index_loads_total{from=\"snapshot\"}")
                + user.metric("freshet_index_loads_total{from=\"store\"}");
    }

    private Collection<Row> changes(int count) {
        Map<String, Row> changes = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String id = "n" + random.nextInt(400);
            changes.put(id, new Row(id, texts.text(1 + random.nextInt(5)), "label " + random.nextInt(5)));
        }
        rows.putAll(changes);
        return changes.values();
    }
}
