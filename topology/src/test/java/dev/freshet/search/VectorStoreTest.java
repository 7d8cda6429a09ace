package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import dev.freshet.catalog.Catalog;
import dev.freshet.index.DistanceFunction;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorStoreTest {
    private static final int DIMENSIONS = 8;

    private final File directory;
    private final RandomGenerator random = TestRandom.create(VectorStoreTest.class);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final TestCatalog catalog = new TestCatalog();
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, metrics, new ManualLoaders(true));

    VectorStoreTest(@TempDir File directory) {
        this.directory = directory;
    }

    @Test
    void matchesAnOracleThroughRandomChangesReplaysAndRestarts() throws Exception {
        catalog.add(TestCatalog.index(1, DIMENSIONS, Distance.COSINE));
        catalog.add(TestCatalog.index(2, DIMENSIONS, Distance.EUCLIDEAN));
        Map<Long, DistanceFunction> indexes = new LinkedHashMap<>();
        indexes.put(1L, DistanceFunction.COSINE);
        indexes.put(2L, DistanceFunction.EUCLIDEAN);
        Map<Long, Map<String, RowImage>> oracle = Map.of(1L, new TreeMap<>(), 2L, new TreeMap<>());
        List<RowImage> history = new ArrayList<>();
        OpenStore opened = new OpenStore(stores, directory, 0).open();
        for (int round = 0; round < 12; round++) {
            for (int operation = 0; operation < 120; operation++) {
                long index = 1L + random.nextInt(2);
                String key = "row-" + random.nextInt(60);
                Map<String, RowImage> rows = requireNonNull(oracle.get(index));
                switch (random.nextInt(10)) {
                    case 0, 1 -> {
                        opened.delete(index, key);
                        rows.remove(key);
                        history.removeIf(image ->
                                image.getIndexId() == index && image.getRowKey().equals(key));
                    }
                    case 2 ->
                        history.stream()
                                .skip(random.nextInt(history.size() + 1))
                                .findFirst()
                                .ifPresent(opened::put);
                    default -> {
                        RowImage old = rows.get(key);
                        RowImage image = randomRow(index, key, opened.offset(), old);
                        opened.put(image);
                        rows.put(key, image);
                        history.removeIf(older -> random.nextInt(4) == 0);
                        history.add(image);
                    }
                }
            }
            if (random.nextBoolean()) {
                opened.commit();
                opened.close();
                opened = new OpenStore(stores, directory, 0).open();
                assertThat(opened.store.replaying()).isFalse();
            }
            for (Map.Entry<Long, DistanceFunction> index : indexes.entrySet()) {
                Map<String, RowImage> rows = requireNonNull(oracle.get(index.getKey()));
                assertHolds(opened, index.getKey(), rows);
                for (int search = 0; search < 5; search++) {
                    float[] query = RandomVectors.draw(random, DIMENSIONS);
                    assertFinds(opened.store, index.getKey(), index.getValue(), rows, query, search % 2 == 0, true);
                    assertFinds(opened.store, index.getKey(), index.getValue(), rows, query, search % 2 == 0, false);
                }
            }
        }
        opened.close();
    }

    private RowImage randomRow(long index, String key, long version, @Nullable RowImage old) {
        float[][] vectors = new float[random.nextInt(5)][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = old != null && !old.getChunks().isEmpty() && random.nextBoolean()
                    ? StoreFormat.chunkVector(StoreFormat.image(key, old, 0)
                            .chunks()
                            .get(random.nextInt(old.getChunks().size()))
                            .value())
                    : RandomVectors.draw(random, DIMENSIONS);
        }
        return Images.row(index, key, version, vectors);
    }

    private static void assertHolds(OpenStore opened, long index, Map<String, RowImage> oracle) {
        IndexGraph graph = opened.graph(index);
        assertThat(graph.rows()).isEqualTo(oracle.size());
        assertThat(graph.vectors())
                .isEqualTo(oracle.values().stream()
                        .mapToInt(row -> row.getChunks().size())
                        .sum());
        oracle.forEach((key, image) -> {
            assertThat(requireNonNull(graph.row(key)).version()).isEqualTo(image.getVersion());
            StoredImage stored = opened.store.image(index, key).orElseThrow();
            assertThat(stored.row().version()).isEqualTo(image.getVersion());
            assertThat(stored.chunks()).hasSameSizeAs(image.getChunks());
        });
        RowStorage.Slice all = opened.store.storage().slice(index, null, Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(all.rows()).extracting(StoredImage::rowKey).containsExactlyInAnyOrderElementsOf(oracle.keySet());
    }

    private record Expected(String id, double distance, String row) {}

    private static void assertFinds(
            VectorStore store,
            long index,
            DistanceFunction distance,
            Map<String, RowImage> oracle,
            float[] query,
            boolean exact,
            boolean groupByRow) {
        List<Expected> all = new ArrayList<>();
        oracle.values()
                .forEach(image -> StoreFormat.image(image.getRowKey(), image, 0)
                        .chunks()
                        .forEach(chunk -> all.add(new Expected(
                                image.getRowKey() + "#" + chunk.ordinal(),
                                distance.between(distance.prepare(query), distance.prepare(chunk.vector())),
                                image.getRowKey()))));
        all.sort(Comparator.comparingDouble(Expected::distance));
        List<Double> distances = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (Expected expected : all) {
            if (distances.size() < 10 && !(groupByRow && rows.contains(expected.row()))) {
                distances.add(expected.distance());
                rows.add(expected.row());
            }
        }
        List<SearchHit> hits = store.search(
                        new VectorQuery(index, query, 10, 400, exact, null, groupByRow, true, null), () -> false)
                .orElseThrow()
                .hits();
        // Copied vectors tie, so the distances are compared, and each hit with its row.
        assertThat(hits).hasSameSizeAs(distances).extracting(SearchHit::id).doesNotHaveDuplicates();
        for (int i = 0; i < hits.size(); i++) {
            SearchHit hit = hits.get(i);
            RowImage image = requireNonNull(oracle.get(hit.row()));
            assertThat(hit.distance()).isCloseTo(distances.get(i), within(1e-6));
            assertThat(hit.text()).isEqualTo(hit.row() + "@" + image.getVersion() + "#" + hit.chunk());
            assertThat(hit.metadata()).isEqualTo(image.getMetadata());
            assertThat(hit.vector())
                    .isEqualTo(StoreFormat.image(hit.row(), image, 0)
                            .chunks()
                            .get(hit.chunk())
                            .vector());
        }
        if (groupByRow) {
            assertThat(hits).extracting(SearchHit::row).doesNotHaveDuplicates();
        }
    }

    @Test
    void olderImagesAndRepeatedOnesChangeNothing() {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "a", 5, new float[] {1, 0}));
            opened.put(Images.row(1, "a", 4, new float[] {2, 0}, new float[] {3, 0}));
            opened.put(Images.row(1, "a", 5, new float[] {1, 0}));
            assertThat(hits(opened, 1)).extracting(SearchHit::text).containsExactly("a@5#0");
            assertThat(opened.graph(1).statistics().removed()).isZero();
        }
    }

    @Test
    void aReplayedDeadLetterOfTheSameVersionReplacesItsFailure() {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "a", 5, new Failure("embedding_refused", "no"), new float[] {1, 0}));
            assertThat(opened.store.image(1, "a").orElseThrow().row().failure())
                    .isEqualTo(new RowFailure("embedding_refused", "no"));
            opened.put(Images.row(1, "a", 5, new float[] {0, 2}));
            assertThat(opened.store.image(1, "a").orElseThrow().row().failure()).isNull();
            assertThat(hits(opened, 1)).extracting(SearchHit::distance).containsExactly(2.0);
        }
    }

    @Test
    void aRowWithoutChunksIsKeptAndFoundByNoSearch() {
        catalog.add(TestCatalog.index(1, 2, Distance.COSINE));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "a", 5, new Failure("row_too_large", "2 MiB")));
            assertThat(hits(opened, 1)).isEmpty();
            StoredImage image = opened.store.image(1, "a").orElseThrow();
            assertThat(image.chunks()).isEmpty();
            assertThat(image.row().metadata()).isEqualTo("{\"version\":5}");
            assertThat(requireNonNull(opened.graph(1).row("a")).failed()).isTrue();
        }
    }

    @Test
    void aVectorThatCannotBeComparedKeepsItsRowOutAndHarmsNothingElse() {
        catalog.add(TestCatalog.index(1, 2, Distance.COSINE));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "good", 1, new float[] {1, 0}));
            opened.put(Images.row(1, "zero", 2, new float[] {1, 1}, new float[] {0, 0}));
            opened.put(Images.row(1, "long", 3, new float[] {1, 1, 1}));
            assertThat(hits(opened, 1)).extracting(SearchHit::row).containsExactly("good");
        }
    }

    @Test
    void whatIsRestoredBeforeTheTaskStartsIsLoadedThen() {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (OpenStore opened = new OpenStore(stores, directory, 3)) {
            opened.restore(List.of(
                    record(1, "a", 1, new float[] {1, 0}),
                    record(1, "b", 2, new float[] {2, 0}),
                    record(1, "a", 3, new float[] {3, 0}, new float[] {4, 0}),
                    new KeyValue<>(VectorKeys.row(1, "b"), Optional.empty()),
                    new KeyValue<>(VectorKeys.watermark(1, 3), Optional.of(Images.watermark(1, 7, 99))),
                    record(1, "c", 5, new float[] {5, 0})));
            assertThat(opened.store.index(1)).isNull();
            assertThat(search(opened, 1)).isEmpty();
            opened.open();
            assertThat(hits(opened, 1)).extracting(SearchHit::text).containsExactly("a@3#0", "a@3#1", "c@5#0");
            PartitionAnswer answer = search(opened, 1).orElseThrow();
            assertThat(answer.partition()).isEqualTo(3);
            assertThat(answer.position()).isEqualTo(7);
            assertThat(answer.waitingSinceMs()).isEqualTo(99);
        }
    }

    @Test
    void anIndexThatTheCatalogLearnsOfLaterIsLoadedThenAndADroppedOneIsFreed() {
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(7, "a", 1, new float[] {1, 0}));
            opened.watermark(7, 1, 0);
            assertThat(search(opened, 7)).isEmpty();
            catalog.add(TestCatalog.index(7, 2, Distance.EUCLIDEAN));
            assertThat(hits(opened, 7)).extracting(SearchHit::id).containsExactly("a#0");
            assertThat(metrics.get("freshet.index.vectors")
                            .tag("index", "index-7")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            catalog.drop(7);
            assertThat(opened.store.index(7)).isNull();
            assertThat(search(opened, 7)).isEmpty();
            assertThat(metrics.find("freshet.index.vectors").gauge()).isNull();
            assertThat(opened.store.image(7, "a")).isPresent();
            opened.delete(7, "a");
            assertThat(opened.store.image(7, "a")).isEmpty();
        }
    }

    @Test
    void anOlderCatalogThatComesLateUndoesNothing() {
        Catalog older = catalog.current();
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "a", 1, new float[] {1, 0}));
            catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
            opened.store.reconcile(older);
            assertThat(hits(opened, 1)).hasSize(1);
        }
    }

    @Test
    void nothingIsAnsweredWhileRecordsOfBeforeACrashAreReplayed() throws Exception {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.put(Images.row(1, "deleted", 1, new float[] {1, 0}));
            opened.commit();
            opened.put(Images.row(1, "deleted", 2, new float[] {2, 0}));
            opened.delete(1, "deleted");
            opened.put(Images.row(1, "b", 3, new float[] {3, 0}));
        }
        // RocksDB has flushed at close what the group had not committed.
        try (OpenStore opened = new OpenStore(stores, directory, 0)) {
            opened.commit();
            opened.at(1).open();
            assertThat(opened.store.replaying()).isTrue();
            opened.put(Images.row(1, "deleted", 2, new float[] {2, 0}));
            assertThat(search(opened, 1)).isEmpty();
            opened.delete(1, "deleted");
            assertThat(search(opened, 1)).isEmpty();
            opened.put(Images.row(1, "b", 3, new float[] {3, 0}));
            assertThat(hits(opened, 1)).extracting(SearchHit::text).containsExactly("b@3#0");
        }
    }

    @Test
    void anInactiveStoreAnswersAsAStandbyAndAClosedOneNotAtAll() throws Exception {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        OpenStore opened = new OpenStore(stores, directory, 0).open();
        opened.put(Images.row(1, "a", 1, new float[] {1, 0}));
        VectorQuery query = new VectorQuery(1, new float[] {0, 0}, 10, 10, false, null, false, false, null);
        QueryResult<PartitionAnswer> answered =
                opened.store.query(query, PositionBound.unbounded(), new QueryConfig(false));
        assertThat(answered.isSuccess()).isTrue();
        assertThat(answered.getResult().hits()).hasSize(1);
        IndexGraph graph = opened.graph(1);
        opened.store.deactivate();
        assertThat(stores.answering()).isEmpty();
        assertThat(stores.telling(0)).isSameAs(opened.store);
        assertThat(opened.store
                        .query(query, PositionBound.unbounded(), new QueryConfig(false))
                        .isSuccess())
                .isTrue();
        opened.commit();
        opened.open();
        assertThat(opened.graph(1)).as("a warm graph stays warm").isSameAs(graph);
        assertThat(hits(opened, 1)).hasSize(1);
        opened.close();
        assertThat(opened.store.isOpen()).isFalse();
        assertThat(search(opened, 1)).isEmpty();
        assertThat(stores.telling(0)).isNull();
        assertThat(opened.store
                        .query(query, PositionBound.unbounded(), new QueryConfig(false))
                        .isFailure())
                .isTrue();
        opened.close();
    }

    @Test
    void aGraphFullOfRemovedVectorsIsRebuiltAndAnswersMeanwhile() {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        ManualLoaders loaders = new ManualLoaders(false);
        LocalVectorStores manual = new LocalVectorStores(
                OpenStore.TOPIC, catalog, Images::deserializer, new SimpleMeterRegistry(), loaders);
        try (OpenStore opened = new OpenStore(manual, directory, 0).open()) {
            loaders.run();
            for (int version = 0; version < 1_300; version++) {
                opened.put(Images.row(1, "row-" + version % 10, version, new float[] {version, 1}));
            }
            IndexGraph worn = opened.graph(1);
            assertThat(worn.statistics().removed()).isEqualTo(1_290);
            assertThat(loaders.waiting()).isEqualTo(1);
            assertThat(hits(opened, 1)).hasSize(10);
            loaders.run();
            IndexGraph rebuilt = opened.graph(1);
            assertThat(rebuilt).isNotSameAs(worn);
            assertThat(rebuilt.statistics().removed()).isZero();
            assertThat(hits(opened, 1)).hasSize(10).allMatch(hit -> hit.distance() >= 1_290);
        }
    }

    @Test
    void recordsThatAreNotFreshetsAreLeftOut() {
        catalog.add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            opened.store.process("hello".getBytes(StandardCharsets.UTF_8), new byte[] {1}, 0);
            opened.put(Images.row(1, "a", 1, new float[] {1, 0}));
            assertThat(hits(opened, 1)).hasSize(1);
        }
    }

    @Test
    void anyTextAndAnyRowKeyComesBackAsItWas() {
        catalog.add(TestCatalog.index(1, 1, Distance.DOT));
        try (OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            List<String> keys = List.of("a", "a\u0000", "a\u0000\u0000\u0000\u0000", "ü:%3A", "水", "");
            for (String key : keys) {
                opened.put(Images.row(1, key, 1, new float[] {1}, new float[] {2}));
            }
            opened.delete(1, "a\u0000");
            assertThat(hits(opened, 1))
                    .extracting(SearchHit::row)
                    .containsOnly("a", "a\u0000\u0000\u0000\u0000", "ü:%3A", "水", "");
            assertThat(hits(opened, 1)).hasSize(10).allMatch(hit -> hit.score() == -hit.distance());
        }
    }

    private static KeyValue<String, Optional<RowImage>> record(
            long index, String key, long version, float[]... vectors) {
        return new KeyValue<>(VectorKeys.row(index, key), Optional.of(Images.row(index, key, version, vectors)));
    }

    private static Optional<PartitionAnswer> search(OpenStore opened, long index) {
        return opened.store.search(
                new VectorQuery(index, new float[] {0, 0}, 10, 100, true, null, false, false, null), () -> false);
    }

    private static List<SearchHit> hits(OpenStore opened, long index) {
        float[] query = new float[opened.index(index).definition().dimensions()];
        if (opened.index(index).definition().distance() == Distance.COSINE) {
            query[0] = 1;
        }
        return opened.store
                .search(new VectorQuery(index, query, 10, 100, false, null, false, false, null), () -> false)
                .orElseThrow()
                .hits();
    }
}
