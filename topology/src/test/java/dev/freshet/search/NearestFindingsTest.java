package dev.freshet.search;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.index.DistanceFunction;
import dev.freshet.schemas.avro.Distance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions are searched, then rows change, then what was found is fetched. */
class NearestFindingsTest {
    private static final int DIMENSIONS = 6;
    private static final int PARTITIONS = 3;
    private static final int ROWS = 60;

    private final RandomGenerator random = TestRandom.create(NearestFindingsTest.class);
    private final LocalVectorStores stores;
    private final List<OpenStore> opened = new ArrayList<>();
    /** What each row's chunks' vectors are; a row that is deleted is not in it. */
    private final Map<String, float[][]> rows = new TreeMap<>();

    private long version;

    NearestFindingsTest(@TempDir Path directory) throws IOException {
        stores = new LocalVectorStores(
                OpenStore.TOPIC,
                new TestCatalog().add(TestCatalog.index(1, DIMENSIONS, Distance.EUCLIDEAN, null, "compact")),
                Images::deserializer,
                new SimpleMeterRegistry(),
                new ManualLoaders(true));
        opened.addAll(OpenStore.open(stores, directory, PARTITIONS));
        for (int row = 0; row < ROWS; row++) {
            put(row);
        }
    }

    @AfterEach
    void close() {
        opened.forEach(OpenStore::close);
        stores.close();
    }

    private static String key(int row) {
        return "row-" + row;
    }

    private void put(int row) {
        float[][] vectors = new float[1 + random.nextInt(3)][];
        for (int chunk = 0; chunk < vectors.length; chunk++) {
            vectors[chunk] = RandomVectors.draw(random, DIMENSIONS);
        }
        rows.put(key(row), vectors);
        opened.get(row % PARTITIONS).put(Images.row(1, key(row), ++version, vectors));
    }

    private void delete(int row) {
        rows.remove(key(row));
        opened.get(row % PARTITIONS).delete(1, key(row));
    }

    private List<PartitionFindings> find(VectorQuery query) {
        return opened.stream()
                .map(one ->
                        one.store.find(query, null, () -> false, () -> false).orElseThrow())
                .toList();
    }

    private VectorQuery query(int k, boolean exact, boolean groupByRow) {
        return new VectorQuery(
                1, RandomVectors.draw(random, DIMENSIONS), k, 1_000, exact, null, groupByRow, false, null);
    }

    /** Every chunk's distance, by id; or the nearest of each row's. */
    private Map<String, Double> distances(VectorQuery query) {
        Map<String, Double> distances = new TreeMap<>();
        rows.forEach((key, vectors) -> {
            for (int chunk = 0; chunk < vectors.length; chunk++) {
                double distance = DistanceFunction.EUCLIDEAN.between(query.vector(), vectors[chunk]);
                distances.merge(query.groupByRow() ? key : key + "#" + chunk, distance, Math::min);
            }
        });
        return distances;
    }

    private static List<String> nearest(Map<String, Double> distances, int k) {
        return distances.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(k)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String name(VectorQuery query, SearchHit hit) {
        return query.groupByRow() ? hit.row() : hit.id();
    }

    @Test
    void theNearestOfAllAreFetchedAndNoOthers() {
        for (int round = 0; round < 50; round++) {
            VectorQuery query = query(1 + random.nextInt(20), random.nextBoolean(), random.nextBoolean());
            List<PartitionFindings> found = find(query);
            assertThat(found)
                    .allSatisfy(one ->
                            assertThat(one.distances()).hasSize(query.k()).isSorted())
                    .allSatisfy(one -> assertThat(one.hits()).isEmpty());
            NearestFindings nearest = NearestFindings.of(query.k(), found);
            assertThat(nearest.gone()).isEmpty();
            assertThat(nearest.hits())
                    .extracting(hit -> name(query, hit))
                    .isEqualTo(nearest(distances(query), query.k()));
            assertThat(found.stream().mapToInt(one -> one.hits().size()).sum())
                    .as("of %s that were found", PARTITIONS * query.k())
                    .isEqualTo(query.k());
        }
    }

    @Test
    void whatFewPartitionsHaveIsAll() {
        VectorQuery query = query(1_000, false, false);
        assertThat(NearestFindings.of(1_000, find(query)).hits())
                .extracting(SearchHit::id)
                .isEqualTo(nearest(distances(query), 1_000));
        assertThat(NearestFindings.of(1_000, List.of()).hits()).isEmpty();
    }

    @Test
    void rowsThatMoveBeforeTheyAreFetchedAreShownAsTheyAreThen() {
        int moved = 0;
        for (int round = 0; round < 300; round++) {
            VectorQuery query = query(1 + random.nextInt(20), random.nextBoolean(), random.nextBoolean());
            List<PartitionFindings> found = find(query);
            Map<String, Double> before = distances(query);
            Set<String> changed = change(random.nextInt(10));
            Map<String, Double> after = distances(query);
            NearestFindings nearest = NearestFindings.of(query.k(), found);
            assertThat(nearest.gone()).isEmpty();
            List<SearchHit> hits = nearest.hits();
            assertThat(hits).hasSize(query.k()).isSortedAccordingTo(SearchHit.NEAREST_FIRST);
            assertThat(hits).extracting(hit -> name(query, hit)).doesNotHaveDuplicates();
            for (SearchHit hit : hits) {
                // Had it been fetched in the state from before, its version would be one that is stored no more.
                assertThat(rows).as("those that were not deleted").containsKey(hit.row());
                float[][] vectors = rows.getOrDefault(hit.row(), new float[0][]);
                assertThat(hit.distance())
                        .isEqualTo(DistanceFunction.EUCLIDEAN.between(query.vector(), vectors[hit.chunk()]));
                assertThat(hit.text()).contains("@" + hit.metadata().replaceAll("\\D", "") + "#");
                moved += changed.contains(hit.row()) ? 1 : 0;
            }
            Map<String, Double> stayed = after.entrySet().stream()
                    .filter(entry -> !changed.contains(entry.getKey().replaceAll("#.*", "")))
                    .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
            double last = hits.get(hits.size() - 1).distance();
            Set<String> shown = new HashSet<>();
            hits.forEach(hit -> shown.add(name(query, hit)));
            stayed.forEach((name, distance) -> {
                assertThat(before).containsEntry(name, distance);
                if (distance < last) {
                    assertThat(shown).as("%s was there all the time", name).contains(name);
                }
            });
        }
        assertThat(moved).as("hits that had moved").isPositive();
    }

    private Set<String> change(int changes) {
        Set<String> changed = new HashSet<>();
        for (int change = 0; change < changes; change++) {
            int row = random.nextInt(ROWS);
            if (rows.containsKey(key(row)) && random.nextInt(3) == 0 && rows.size() > ROWS / 2) {
                delete(row);
            } else {
                put(row);
            }
            changed.add(key(row));
        }
        return changed;
    }

    @Test
    void manyDeletionsLeaveNoGap() {
        VectorQuery query = query(5, false, false);
        List<PartitionFindings> found = find(query);
        for (int row = 0; row < ROWS - 6; row++) {
            delete(row);
        }
        assertThat(NearestFindings.of(5, found).hits())
                .extracting(SearchHit::id)
                .isEqualTo(nearest(distances(query), 5));
    }

    @Test
    void aPartitionThatIsClosedMeanwhileIsTold() {
        List<PartitionFindings> found = find(query(1_000, false, false));
        opened.remove(1).close();
        assertThat(NearestFindings.of(1_000, found).gone()).containsExactly(found.get(1));
        assertThat(NearestFindings.of(10, List.of(found.get(0), found.get(2))).hits())
                .hasSize(10);
    }

    @Test
    void aPartitionThatCannotBeReadIsTold() {
        PartitionFindings broken = new PartitionFindings() {
            @Override
            public int partition() {
                return 7;
            }

            @Override
            public long position() {
                return 0;
            }

            @Override
            public long waitingSinceMs() {
                return 0;
            }

            @Override
            public double[] distances() {
                return new double[] {0};
            }

            @Override
            public boolean fetch(double distance) {
                throw new IllegalStateException("the disk is broken, as the test wants it");
            }

            @Override
            public List<SearchHit> hits() {
                return List.of();
            }
        };
        List<PartitionFindings> found = new ArrayList<>(find(query(10, false, false)));
        found.add(broken);
        assertThat(NearestFindings.of(10, found).gone()).containsExactly(broken);
    }

    @Test
    void whatWasFoundInTimeIsFetchedThoughTheTimeIsOver() {
        VectorQuery query = query(5, false, false);
        AtomicBoolean late = new AtomicBoolean();
        SearchWidth wide = new SearchWidth(1_000, 5, PARTITIONS);
        List<PartitionFindings> found = opened.stream()
                .map(one -> one.store.find(query, wide, () -> false, late::get).orElseThrow())
                .toList();
        List<String> nearest = nearest(distances(query), 5);
        late.set(true);
        assertThat(NearestFindings.of(5, found).hits())
                .extracting(SearchHit::id)
                .isEqualTo(nearest);
        List<PartitionFindings> again = opened.stream()
                .map(one -> one.store.find(query, wide, () -> false, late::get).orElseThrow())
                .toList();
        for (int row = 0; row < ROWS - 2; row++) {
            delete(row);
        }
        NearestFindings few = NearestFindings.of(5, again);
        assertThat(few.gone()).isEmpty();
        assertThat(few.hits()).allMatch(hit -> rows.containsKey(hit.row()));
    }

    @Test
    void whatWasFetchedByAnotherProcessIsMergedToo() {
        VectorQuery query = query(10, true, false);
        List<PartitionFindings> found = find(query);
        List<PartitionFindings> mixed = List.of(found.get(0).fetchAll(), found.get(1), found.get(2));
        assertThat(mixed.get(0).hits()).hasSize(10);
        assertThat(NearestFindings.of(10, mixed).hits())
                .extracting(SearchHit::id)
                .isEqualTo(nearest(distances(query), 10));
    }
}
