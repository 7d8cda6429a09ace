package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.freshet.TestRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine does alike. */
class VectorIndexTest {
    private static final int DIMENSIONS = 24;
    private final RandomGenerator random = TestRandom.create(VectorIndexTest.class);

    static Stream<Arguments> formsAndDistances() {
        return Stream.of(IndexForm.values())
                .flatMap(form -> Stream.of(DistanceFunction.values()).map(distance -> arguments(form, distance)));
    }

    @Test
    void everyFormThatAnEngineHasIsTested() {
        for (VectorIndexes engine : VectorIndexes.values()) {
            for (Quantization quantization : Quantization.values()) {
                boolean tested = Stream.of(IndexForm.values())
                        .map(IndexForm::engine)
                        .anyMatch(some -> some.engine() == engine && some.quantization() == quantization);
                assertThat(engine.supports(quantization)).isEqualTo(tested);
                if (!tested) {
                    assertThatThrownBy(() -> engine.create(
                                    new VectorIndexParameters(4, DistanceFunction.DOT, 16, 200, quantization)))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(quantization.text());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formsAndDistances")
    void findsWhatBruteForceFindsThroughRandomChurn(IndexForm form, DistanceFunction distance) {
        float[][] centers = SeededRandom.centers(random, 40, DIMENSIONS);
        VectorIndex index = form.index(distance, DIMENSIONS);
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

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void ordersEqualDistancesBySlot(IndexForm form) {
        VectorIndex index = form.index(DistanceFunction.EUCLIDEAN, DIMENSIONS);
        float[][] places = SeededRandom.centers(random, 8, DIMENSIONS);
        for (int slot : random.ints(0, 64).distinct().limit(64).toArray()) {
            index.add(slot, 1, places[slot % places.length].clone());
        }
        float[] query = places[random.nextInt(places.length)];
        for (int k : new int[] {1, 3, 8, 20}) {
            assertThat(index.search(query, k, 100, null)).isEqualTo(index.searchExact(query, k, null));
        }
    }

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void recallsAtDefaultSettingsOnClusteredVectors(IndexForm form) {
        int dimensions = 64;
        float[][] centers = SeededRandom.centers(random, 100, dimensions);
        VectorIndex index = form.index(DistanceFunction.COSINE, dimensions);
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

    /** Where the filter has to do with where vectors are, all around a query may pass, or none. */
    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void findsWhatPassesWhereAFilterLetsWholeClustersThrough(IndexForm form) {
        int dimensions = 64;
        int clusters = 40;
        float[][] centers = SeededRandom.centers(random, clusters, dimensions);
        VectorIndex index = form.index(DistanceFunction.COSINE, dimensions);
        for (int slot = 0; slot < 6_000; slot++) {
            float[][] center = {centers[slot % clusters]};
            index.add(slot, 1, DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, center)));
        }
        for (int passing : new int[] {36, 20, 8, 2}) {
            IntPredicate accepted = slot -> slot % clusters < passing;
            int hits = 0;
            int searches = 100;
            for (int search = 0; search < searches; search++) {
                float[] query = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
                Set<Integer> exact = slots(index.searchExact(query, 10, accepted));
                exact.retainAll(slots(index.search(query, 10, 70, accepted)));
                hits += exact.size();
            }
            System.out.println(form + ", " + passing + " of " + clusters + " clusters pass: " + hits / 1_000.0);
            assertThat(hits / 10.0 / searches)
                    .as("recall@10, %d clusters", passing)
                    .isGreaterThanOrEqualTo(0.95);
        }
    }

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void returnsAsManyAsThereAreWhenAFilterOrRemovalsLeaveFew(IndexForm form) {
        VectorIndex index = form.index(DistanceFunction.EUCLIDEAN, DIMENSIONS);
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
        assertThat(index.statistics().vectors()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void findsWhatIsAddedAfterEverythingWasRemoved(IndexForm form) {
        VectorIndex index = form.index(DistanceFunction.COSINE, DIMENSIONS);
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

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void theOlderVersionOfASlotLoses(IndexForm form) {
        VectorIndex index = form.index(DistanceFunction.EUCLIDEAN, 1);
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
        assertThat(index.statistics().vectors()).isOne();
    }

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void searchesGoOnWhileOneThreadWritesAndTheIndexGrows(IndexForm form) throws Exception {
        VectorIndex index = form.index(DistanceFunction.EUCLIDEAN, DIMENSIONS);
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

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void twentyRoundsOfUpdatesAndDeletesLeaveItAsGoodAsNew(IndexForm form) {
        int slots = 1_200;
        int dimensions = 16;
        float[][] centers = SeededRandom.centers(random, 12, dimensions);
        VectorIndex index = form.index(DistanceFunction.COSINE, dimensions);
        Map<Integer, float[]> oracle = new TreeMap<>();
        for (int operation = 0; operation < 21 * slots; operation++) {
            int slot = operation < slots ? operation : random.nextInt(slots);
            if (operation >= slots && random.nextInt(10) < 3) {
                assertThat(index.remove(slot, operation)).isEqualTo(oracle.remove(slot) != null);
            } else {
                float[] vector = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
                assertThat(index.add(slot, operation, vector)).isTrue();
                oracle.put(slot, vector);
            }
            if (index.statistics().rebuildPays()) {
                index = fresh(form, oracle, dimensions);
            }
        }
        VectorIndex fresh = fresh(form, oracle, dimensions);
        assertThat(index.statistics().vectors()).isEqualTo(oracle.size());
        assertThat(slots(index.searchExact(new float[dimensions], slots, null))).isEqualTo(oracle.keySet());
        // The same queries for both: others would differ by more than the indexes do.
        List<float[]> queries = queries(centers);
        assertThat(recall(index, oracle, queries)).isGreaterThanOrEqualTo(recall(fresh, oracle, queries) - 0.01);
        assertThat((double) index.statistics().bytes())
                .isLessThanOrEqualTo(1.1 * fresh.statistics().bytes());
        VectorIndex churned = index;
        oracle.forEach((slot, vector) -> assertThat(churned.search(vector, 1, 100, null))
                .as("slot %d finds itself", slot)
                .containsExactly(new Neighbor(slot, churned.distance(vector, slot))));
    }

    private static VectorIndex fresh(IndexForm form, Map<Integer, float[]> oracle, int dimensions) {
        VectorIndex fresh = form.index(DistanceFunction.COSINE, dimensions);
        oracle.forEach((slot, vector) -> fresh.add(slot, 1, vector));
        return fresh;
    }

    private List<float[]> queries(float[][] centers) {
        return Stream.generate(() -> DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers)))
                .limit(200)
                .toList();
    }

    private static double recall(VectorIndex index, Map<Integer, float[]> oracle, List<float[]> queries) {
        int hits = 0;
        for (float[] query : queries) {
            Set<Integer> exact = slots(bruteForce(oracle, DistanceFunction.COSINE, query, 10, null));
            exact.retainAll(slots(index.search(query, 10, 50, null)));
            hits += exact.size();
        }
        return hits / (10.0 * queries.size());
    }

    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void manyThreadsBuildWhatOneWould(IndexForm form) {
        float[][] centers = SeededRandom.centers(random, 20, DIMENSIONS);
        Map<Integer, float[]> oracle = new TreeMap<>();
        List<SlotVector> additions = new ArrayList<>();
        for (int slot = 0; slot < 3_000; slot++) {
            float[] vector = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
            oracle.put(slot, vector);
            additions.add(new SlotVector(slot, 1, vector));
        }
        VectorIndex index = form.index(DistanceFunction.COSINE, DIMENSIONS);
        ExecutorService helpers = Executors.newFixedThreadPool(3);
        try {
            index.addAll(additions.subList(0, 1_000), helpers, 4);
            index.addAll(additions.subList(1_000, 3_000), helpers, 4);
        } finally {
            helpers.shutdownNow();
        }
        assertThat(index.statistics().vectors()).isEqualTo(3_000);
        assertThat(recall(index, oracle, queries(centers))).isGreaterThanOrEqualTo(0.97);
        oracle.forEach((slot, vector) -> assertThat(index.search(vector, 1, 100, null))
                .extracting(Neighbor::slot)
                .containsExactly(slot));
    }

    /** Each search's answer is compared with all that its slots held while it ran. */
    @ParameterizedTest
    @EnumSource(IndexForm.class)
    void neverTellsTheDistanceOfAnotherVectorWhileSlotsAreFilledAgain(IndexForm form) throws Exception {
        int slots = 150;
        int dimensions = 8;
        VectorIndex index = form.index(DistanceFunction.EUCLIDEAN, dimensions);
        List<List<float[]>> history = new ArrayList<>();
        AtomicIntegerArray begun = new AtomicIntegerArray(slots);
        AtomicIntegerArray ended = new AtomicIntegerArray(slots);
        for (int slot = 0; slot < slots; slot++) {
            history.add(new CopyOnWriteArrayList<>());
            fill(index, history, begun, ended, slot, point(dimensions));
        }
        float[][] queries = new float[64][];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = point(dimensions);
        }
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService searchers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> searches = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                searches.add(searchers.submit(() -> {
                    int[] before = new int[slots];
                    for (int i = 0; !done.get() || i < queries.length; i++) {
                        for (int slot = 0; slot < slots; slot++) {
                            before[slot] = ended.get(slot);
                        }
                        float[] query = queries[i % queries.length];
                        List<Neighbor> found =
                                i % 5 == 0 ? index.searchExact(query, 10, null) : index.search(query, 10, 40, null);
                        assertThat(slots(found)).hasSize(found.size());
                        for (Neighbor neighbor : found) {
                            int slot = neighbor.slot();
                            assertThat(IntStream.range(before[slot] - 1, begun.get(slot))
                                            .mapToObj(history.get(slot)::get))
                                    .as("slot %d at %s", slot, neighbor.distance())
                                    .anyMatch(vector -> vector.length > 0
                                            && DistanceFunction.EUCLIDEAN.between(query, vector)
                                                    == neighbor.distance());
                        }
                    }
                }));
            }
            for (int operation = 0; operation < (form != IndexForm.HNSWLIB ? 20_000 : 2_500); operation++) {
                int slot = random.nextInt(slots);
                fill(index, history, begun, ended, slot, random.nextInt(4) == 0 ? new float[0] : point(dimensions));
            }
            done.set(true);
            for (Future<?> search : searches) {
                search.get();
            }
        } finally {
            searchers.shutdownNow();
        }
    }

    /** An empty vector empties the slot. */
    private static void fill(
            VectorIndex index,
            List<List<float[]>> history,
            AtomicIntegerArray begun,
            AtomicIntegerArray ended,
            int slot,
            float[] vector) {
        history.get(slot).add(vector);
        long version = begun.incrementAndGet(slot);
        if (vector.length == 0) {
            index.remove(slot, version);
        } else {
            index.add(slot, version, vector);
        }
        ended.set(slot, (int) version);
    }

    private float[] point(int dimensions) {
        float[] point = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            point[i] = random.nextFloat();
        }
        return point;
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
