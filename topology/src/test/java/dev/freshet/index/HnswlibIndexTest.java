package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HnswlibIndexTest {
    private static final int DIMENSIONS = 24;
    private final RandomGenerator random = SeededRandom.create(HnswlibIndexTest.class);

    @ParameterizedTest
    @EnumSource(DistanceFunction.class)
    void findsWhatBruteForceFindsThroughRandomChurn(DistanceFunction distance) {
        float[][] centers = SeededRandom.centers(random, 40, DIMENSIONS);
        VectorIndex index = index(distance, DIMENSIONS);
        Map<Integer, float[]> oracle = new TreeMap<>();
        int nextSlot = 0;
        long hits = 0;
        int expected = 0;
        for (int round = 0; round < 12; round++) {
            for (int operation = 0; operation < 250; operation++) {
                if (random.nextInt(10) < 7 || oracle.isEmpty()) {
                    float[] vector = distance.prepare(SeededRandom.clustered(random, centers));
                    assertThat(index.add(nextSlot, 1, vector)).isTrue();
                    oracle.put(nextSlot++, vector);
                } else {
                    int slot = new ArrayList<>(oracle.keySet()).get(random.nextInt(oracle.size()));
                    assertThat(index.remove(slot, 1)).isTrue();
                    oracle.remove(slot);
                }
            }
            assertThat(index.statistics().vectors()).isEqualTo(oracle.size());
            for (int search = 0; search < 20; search++) {
                float[] query = distance.prepare(SeededRandom.clustered(random, centers));
                List<Neighbor> exact = bruteForce(oracle, distance, query, 10, null);
                assertThat(index.searchExact(query, 10, null)).isEqualTo(exact);
                List<Neighbor> found = index.search(query, 10, 100, null);
                assertThat(found).hasSameSizeAs(exact).isSorted();
                assertThat(oracle.keySet()).containsAll(slots(found));
                hits += found.stream().filter(exact::contains).count();
                expected += exact.size();
            }
        }
        assertThat(hits / (double) expected).as("recall@10").isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void recallsAtDefaultSettingsOnClusteredVectors() {
        int dimensions = 64;
        float[][] centers = SeededRandom.centers(random, 100, dimensions);
        VectorIndex index = index(DistanceFunction.COSINE, dimensions);
        for (int slot = 0; slot < 5_000; slot++) {
            index.add(slot, 1, DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers)));
        }
        int hits = 0;
        for (int search = 0; search < 200; search++) {
            float[] query = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
            Set<Integer> exact = slots(index.searchExact(query, 10, null));
            exact.retainAll(slots(index.search(query, 10, 100, null)));
            hits += exact.size();
        }
        assertThat(hits / 2_000.0).as("recall@10").isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void returnsAsManyAsThereAreWhenAFilterOrRemovalsLeaveFew() {
        VectorIndex index = index(DistanceFunction.EUCLIDEAN, DIMENSIONS);
        Map<Integer, float[]> oracle = new TreeMap<>();
        float[][] centers = SeededRandom.centers(random, 5, DIMENSIONS);
        for (int slot = 0; slot < 2_000; slot++) {
            float[] vector = SeededRandom.clustered(random, centers);
            index.add(slot, 1, vector);
            oracle.put(slot, vector);
        }
        IntPredicate rare = slot -> slot % 250 == 3;
        float[] query = SeededRandom.clustered(random, centers);
        assertThat(index.search(query, 20, 20, rare))
                .isEqualTo(bruteForce(oracle, DistanceFunction.EUCLIDEAN, query, 20, rare))
                .hasSize(8);
        for (int slot = 0; slot < 2_000; slot++) {
            if (slot % 400 != 0) {
                index.remove(slot, 1);
                oracle.remove(slot);
            }
        }
        assertThat(index.search(query, 10, 100, null))
                .isEqualTo(bruteForce(oracle, DistanceFunction.EUCLIDEAN, query, 10, null))
                .hasSize(5);
        assertThat(index.statistics()).isEqualTo(new VectorIndexStatistics(5, 1_995, true, List.of(), 0, 0));
        assertThat(index.statistics().rebuildPays()).isTrue();
    }

    @Test
    void findsWhatIsAddedAfterEverythingWasRemoved() {
        VectorIndex index = index(DistanceFunction.COSINE, DIMENSIONS);
        float[][] centers = SeededRandom.centers(random, 5, DIMENSIONS);
        assertThat(index.search(new float[DIMENSIONS], 3, 10, null)).isEmpty();
        for (int slot = 0; slot < 300; slot++) {
            index.add(slot, 1, DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers)));
        }
        for (int slot = 0; slot < 300; slot++) {
            index.remove(slot, 1);
        }
        float[] vector = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
        assertThat(index.search(vector, 3, 10, null)).isEmpty();
        index.add(300, 1, vector);
        assertThat(slots(index.search(vector, 3, 10, null))).containsExactly(300);
    }

    @Test
    void theOlderVersionOfASlotLoses() {
        VectorIndex index = index(DistanceFunction.EUCLIDEAN, 1);
        assertThat(index.add(0, 5, new float[] {5})).isTrue();
        assertThat(index.add(0, 4, new float[] {4})).isFalse();
        assertThat(index.remove(0, 4)).isFalse();
        assertThat(index.vector(0)).containsExactly(5);
        assertThat(index.add(0, 6, new float[] {6})).isTrue();
        assertThat(index.search(new float[] {0}, 5, 5, null)).containsExactly(new Neighbor(0, 6));
        assertThat(index.remove(0, 7)).isTrue();
        assertThat(index.remove(0, 8)).isFalse();
        assertThat(index.add(0, 6, new float[] {6})).isFalse();
        assertThat(index.vector(0)).isNull();
        assertThat(index.add(0, 8, new float[] {8})).isTrue();
        assertThat(index.search(new float[] {0}, 5, 5, null)).containsExactly(new Neighbor(0, 8));
        assertThat(index.statistics()).isEqualTo(new VectorIndexStatistics(1, 2, true, List.of(), 0, 0));
    }

    @Test
    void searchesGoOnWhileOneThreadWritesAndTheIndexGrows() throws Exception {
        VectorIndex index = index(DistanceFunction.EUCLIDEAN, DIMENSIONS);
        float[][] centers = SeededRandom.centers(random, 10, DIMENSIONS);
        int stable = 100;
        for (int slot = 0; slot < stable; slot++) {
            index.add(slot, 1, SeededRandom.clustered(random, centers));
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger removedBelow = new AtomicInteger(stable);
        float[][] queries = new float[50][];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = SeededRandom.clustered(random, centers);
        }
        ExecutorService searchers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> searches = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                searches.add(searchers.submit(() -> {
                    for (int i = 0; !done.get() || i < queries.length; i++) {
                        int gone = removedBelow.get();
                        List<Neighbor> found = index.search(queries[i % queries.length], 10, 100, null);
                        assertThat(found).hasSize(10).allMatch(hit -> hit.slot() < stable || hit.slot() >= gone);
                    }
                }));
            }
            for (int slot = stable; slot < 3_000; slot++) {
                index.add(slot, 1, SeededRandom.clustered(random, centers));
                if (slot >= stable + 200) {
                    index.remove(slot - 200, 1);
                    removedBelow.set(slot - 199);
                }
            }
            done.set(true);
            for (Future<?> search : searches) {
                search.get();
            }
        } finally {
            searchers.shutdownNow();
        }
    }

    private static VectorIndex index(DistanceFunction distance, int dimensions) {
        return VectorIndexes.of("hnswlib").create(new VectorIndexParameters(dimensions, distance, 16, 200));
    }

    private static List<Neighbor> bruteForce(
            Map<Integer, float[]> vectors,
            DistanceFunction distance,
            float[] query,
            int k,
            @Nullable IntPredicate accepted) {
        return vectors.entrySet().stream()
                .filter(entry -> accepted == null || accepted.test(entry.getKey()))
                .map(entry -> new Neighbor(entry.getKey(), distance.between(query, entry.getValue())))
                .sorted()
                .limit(k)
                .toList();
    }

    private static Set<Integer> slots(List<Neighbor> neighbors) {
        Set<Integer> slots = new HashSet<>();
        neighbors.forEach(neighbor -> slots.add(neighbor.slot()));
        return slots;
    }
}
