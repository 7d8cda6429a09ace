package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.schemas.avro.Distance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes at every point of a load, in orders that a seed chooses: one thread plays both the loader and the stream. */
class IndexLoadTest {
    private static final int DIMENSIONS = 4;
    private static final IndexLoad.Effort EFFORT = new IndexLoad.Effort(Runnable::run, 1, 64);

    private final Path directory;
    private final RandomGenerator random = TestRandom.create(IndexLoadTest.class);
    private final TestCatalog catalog = new TestCatalog().add(TestCatalog.index(1, DIMENSIONS, Distance.EUCLIDEAN));
    private final ManualLoaders loaders = new ManualLoaders(false);
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, new SimpleMeterRegistry(), loaders);
    private final Map<String, Long> oracle = new TreeMap<>();

    IndexLoadTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private File subdirectory(String name) throws Exception {
        return Files.createDirectory(directory.resolve(name)).toFile();
    }

    @Test
    void nothingIsLostWhateverChangesDuringALoad() throws Exception {
        for (int round = 0; round < 30; round++) {
            oracle.clear();
            try (OpenStore opened = new OpenStore(stores, subdirectory("round-" + round), 0).open()) {
                change(opened, random.nextInt(400));
                loadAmongChanges(opened);
                assertHoldsTheOracle(opened);
                change(opened, 30);
                assertHoldsTheOracle(opened);
                // A rebuild, while the old graph goes on answering.
                IndexGraph old = opened.graph(1);
                loadAmongChanges(opened);
                assertThat(opened.graph(1)).isNotSameAs(old);
                assertHoldsTheOracle(opened);
            }
        }
    }

    private void loadAmongChanges(OpenStore opened) {
        IndexPartition index = opened.index(1);
        IndexGraph old = index.serving();
        IndexLoad load =
                requireNonNull(IndexLoad.begin(index, opened.store.storage(), opened.store.snapshotFiles(), EFFORT));
        change(opened, random.nextInt(20));
        while (load.scanSlice()) {
            change(opened, random.nextInt(20));
        }
        change(opened, random.nextInt(20));
        int dirtyMax = random.nextInt(8);
        while (!load.tryPublish(dirtyMax)) {
            assertThat(index.serving()).isSameAs(old);
            load.reconcile();
            change(opened, random.nextInt(12));
        }
    }

    private void change(OpenStore opened, int times) {
        for (int i = 0; i < times; i++) {
            String key = "row-" + random.nextInt(150);
            if (random.nextInt(4) == 0) {
                opened.delete(1, key);
                oracle.remove(key);
            } else {
                oracle.put(key, opened.offset());
                opened.put(Images.row(1, key, opened.offset(), RandomVectors.draw(random, DIMENSIONS)));
            }
        }
    }

    private void assertHoldsTheOracle(OpenStore opened) {
        IndexGraph graph = opened.graph(1);
        assertThat(graph.rows()).isEqualTo(oracle.size());
        oracle.forEach((key, version) ->
                assertThat(requireNonNull(graph.row(key)).version()).isEqualTo(version));
        PartitionAnswer all = opened.store
                .search(
                        new VectorQuery(1, new float[DIMENSIONS], 1000, 1000, false, null, true, false, null),
                        () -> false)
                .orElseThrow();
        assertThat(all.hits()).extracting(SearchHit::row).containsExactlyInAnyOrderElementsOf(oracle.keySet());
    }

    @Test
    void oneLoadRunsAtATime() throws Exception {
        try (OpenStore opened = new OpenStore(stores, subdirectory("one"), 0).open()) {
            IndexLoad load = requireNonNull(
                    IndexLoad.begin(opened.index(1), opened.store.storage(), opened.store.snapshotFiles(), EFFORT));
            assertThat(IndexLoad.begin(opened.index(1), opened.store.storage(), opened.store.snapshotFiles(), EFFORT))
                    .isNull();
            loaders.run();
            assertThat(opened.index(1).serving()).isNull();
            assertThat(load.run()).isTrue();
            assertThat(opened.index(1).serving()).isNotNull();
        }
    }

    @Test
    void aDropDuringALoadFreesTheGraph() throws Exception {
        try (OpenStore opened = new OpenStore(stores, subdirectory("drop"), 0).open()) {
            change(opened, 200);
            IndexPartition index = opened.index(1);
            IndexLoad load = requireNonNull(
                    IndexLoad.begin(index, opened.store.storage(), opened.store.snapshotFiles(), EFFORT));
            load.scanSlice();
            catalog.drop(1);
            assertThat(load.run()).isFalse();
            assertThat(index.serving()).isNull();
            assertThat(IndexLoad.begin(index, opened.store.storage(), opened.store.snapshotFiles(), EFFORT))
                    .isNull();
        }
    }

    @Test
    void aCloseDuringALoadEndsIt() throws Exception {
        OpenStore opened = new OpenStore(stores, subdirectory("close"), 0).open();
        for (int row = 0; row < 100; row++) {
            opened.put(Images.row(1, "row-" + row, opened.offset(), RandomVectors.draw(random, DIMENSIONS)));
        }
        IndexLoad load = requireNonNull(
                IndexLoad.begin(opened.index(1), opened.store.storage(), opened.store.snapshotFiles(), EFFORT));
        load.scanSlice();
        opened.close();
        assertThatThrownBy(() -> load.run()).isInstanceOf(NotAnsweredException.class);
        loaders.run();
    }
}
