package dev.freshet.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What only the engine {@code compact} promises: room is used again, and snapshots. What all engines do is in {@link VectorIndexTest}. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HNSWLIB")
class CompactIndexTest {
    private static final int DIMENSIONS = 16;

    private final RandomGenerator random = TestRandom.create(CompactIndexTest.class);
    private final float[][] centers = SeededRandom.centers(random, 10, DIMENSIONS);
    private final Map<Integer, float[]> oracle = new HashMap<>();
    private int version;

    private final VectorIndexParameters parameters;
    private final Path directory;
    private final VectorPlace place;

    CompactIndexTest(TestedEngine engine, @TempDir Path directory) {
        this.parameters = parameters(DIMENSIONS, DistanceFunction.COSINE, engine.quantization());
        this.place = engine.place(directory);
        this.directory = directory;
    }

    private static VectorIndexParameters parameters(
            int dimensions, DistanceFunction distance, Quantization quantization) {
        return new VectorIndexParameters(dimensions, distance, 16, 100, quantization);
    }

    @Test
    void roomIsUsedAgain() {
        CompactIndex index = filled(2_000);
        long bytes = index.statistics().bytes();
        churn(index, 2_000, 20_000, 5);
        for (int slot = 0; slot < 2_000; slot++) {
            add(index, slot);
        }
        assertThat(index.statistics().bytes()).isLessThanOrEqualTo((long) (1.1 * bytes));
        assertFindsAll(index);
    }

    @Test
    void roomIsGivenBackWhenMostIsRemoved() {
        CompactIndex index = filled(4_000);
        long bytes = index.statistics().bytes();
        for (int slot = 0; slot < 4_000; slot++) {
            if (slot % 8 != 0) {
                remove(index, slot);
            }
        }
        churn(index, 4_000, 4_000, 8);
        assertThat((double) index.statistics().bytes()).isLessThan(bytes * 0.5);
        assertThat(index.statistics().removed()).isLessThan(index.statistics().vectors());
        assertFindsAll(index);
    }

    @Test
    void everyVectorCanBeReachedWhenWholeGroupsComeAndGo() {
        CompactIndex index = filled(1_500);
        for (int round = 0; round < 20; round++) {
            float[] center = centers[round % centers.length];
            for (int slot = 0; slot < 1_500; slot++) {
                float[] vector = oracle.get(slot);
                if (vector == null) {
                    add(index, slot);
                } else if (DistanceFunction.COSINE.between(vector, DistanceFunction.COSINE.prepare(center)) < 0.4) {
                    remove(index, slot);
                }
            }
            assertFindsAll(index);
        }
    }

    @Test
    void aCrowdOfEqualVectorsHidesNobody() {
        CompactIndex index =
                new CompactIndex(parameters(4, DistanceFunction.EUCLIDEAN, parameters.quantization()), place);
        float[] same = {1, 2, 3, 4};
        for (int slot = 0; slot < 1_000; slot++) {
            index.add(slot, 1, slot % 7 == 0 ? new float[] {slot, 0, 0, 0} : same.clone());
        }
        assertThat(index.search(same, 200, 300, null))
                .hasSize(200)
                .allMatch(neighbor -> neighbor.slot() % 7 != 0 && neighbor.distance() == 0);
        for (int slot = 0; slot < 1_000; slot += 7) {
            assertThat(index.search(new float[] {slot, 0, 0, 0}, 1, 100, null)).containsExactly(new Neighbor(slot, 0));
        }
        // Equal vectors drift apart between two checks; growth calls for the next one.
        for (int slot = 1_000; slot < 1_300; slot++) {
            index.add(slot, 1, new float[] {slot, random.nextFloat(), random.nextFloat(), random.nextFloat()});
        }
        assertThat(GraphHealth.of(index)).isEqualTo(new GraphHealth(0, 0));
    }

    @Test
    void aRemovedEntryPointIsReplaced() {
        CompactIndex index = filled(300);
        List<Integer> left = new ArrayList<>(oracle.keySet());
        while (left.size() > 1) {
            remove(index, left.remove(random.nextInt(left.size())));
            float[] last = held(left.get(0));
            assertThat(index.search(last, 1, 10, null))
                    .extracting(Neighbor::slot)
                    .containsExactly(left.get(0));
        }
    }

    @Test
    void countsLevelsAndVisits() {
        CompactIndex index = filled(2_000);
        assertThat(index.statistics().levels().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(2_000);
        assertThat(index.statistics().levels()).hasSizeGreaterThan(1);
        assertThat(index.statistics().visitedPerSearch()).isZero();
        index.search(held(1), 10, 50, null);
        assertThat(index.statistics().visitedPerSearch()).isBetween(50.0, 2_500.0);
    }

    @Test
    void aSnapshotIsTheSameIndex() throws IOException {
        CompactIndex index = filled(1_000);
        churn(index, 1_000, 5_000, 4);
        CompactIndex restored = restore(write(index), place);
        assertSame(restored, index);
        churn(restored, 1_000, 5_000, 4);
        assertFindsAll(restored);
        assertThat(restored.add(oracle.keySet().iterator().next(), 0, new float[DIMENSIONS]))
                .as("an older version loses after a restore too")
                .isFalse();
    }

    @Test
    void anEmptySnapshotIsAnEmptyIndex() throws IOException {
        CompactIndex restored = restore(write(new CompactIndex(parameters, place)), place);
        assertThat(restored.search(new float[DIMENSIONS], 3, 10, null)).isEmpty();
        add(restored, 5);
        assertFindsAll(restored);
        remove(restored, 5);
        assertThat(restore(write(restored), place).statistics().vectors()).isZero();
    }

    @Test
    void aSnapshotTakenDuringWritesHoldsAllThatDidNotChange() throws Exception {
        CompactIndex index = filled(1_200);
        Map<Integer, float[]> untouched = new HashMap<>(oracle);
        untouched.keySet().removeIf(slot -> slot < 600);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        AtomicBoolean done = new AtomicBoolean();
        try {
            Future<?> writing = writer.submit(() -> {
                while (!done.get()) {
                    churn(index, 600, 50, 3);
                }
            });
            for (int round = 0; round < 8; round++) {
                CompactIndex restored = restore(write(index), place);
                untouched.forEach((slot, vector) -> {
                    assertThat(restored.vector(slot)).containsExactly(vector);
                    assertThat(restored.search(vector, 1, 100, null))
                            .extracting(Neighbor::slot)
                            .containsExactly(slot);
                });
                restored.searchExact(new float[DIMENSIONS], 2_000, null)
                        .forEach(neighbor -> assertThat(neighbor.slot()).isLessThan(1_200));
                assertThat(GraphHealth.of(restored).unreachable()).isZero();
            }
            done.set(true);
            writing.get();
        } finally {
            done.set(true);
            writer.shutdownNow();
        }
    }

    private Path write(CompactIndex index) throws IOException {
        Path file = directory.resolve("index.snapshot");
        try (SnapshotWriter writer =
                SnapshotWriter.create(file, new SnapshotHeader("compact", 7, 0, "", parameters, 42, 1))) {
            index.writeSnapshot(writer);
            writer.commit();
        }
        return file;
    }

    @Test
    void aSnapshotFromBeforeQuantizationIsReadAsOneWithout() throws IOException {
        CompactIndex index = filled(200);
        Path file = write(index);
        Files.write(file, OldSnapshots.asVersion2(Files.readAllBytes(file)));
        CompactIndex restored = restore(file, VectorPlace.MEMORY);
        assertThat(restored.graph().parameters())
                .isEqualTo(parameters(DIMENSIONS, DistanceFunction.COSINE, Quantization.NONE));
        assertFindsAll(restored);
    }

    @Test
    void tellsWhatWalksLookAtApartFromTheVectorsAsTheyCame() {
        VectorIndexStatistics statistics = filled(1_000).statistics();
        boolean quantized = parameters.quantization() != Quantization.NONE;
        long floats = 1_024L * DIMENSIONS * Float.BYTES;
        assertThat(statistics.originalBytes()).isEqualTo(quantized && !place.onDisk() ? floats : 0);
        assertThat(statistics.fileBytes() > 0).isEqualTo(place.onDisk());
        // Besides: sixteen bytes of scale, 33 of links, and ten of tables.
        long vectors = (place.onDisk() ? 0 : floats) + (quantized ? 1_024 * (DIMENSIONS + 16) : 0);
        assertThat(statistics.bytes()).isBetween(vectors + 1_000 * 33 * 4, vectors + 1_000 * 60 * 4);
    }

    static CompactIndex restore(Path file, VectorPlace place) throws IOException {
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            CompactIndex restored = CompactIndex.read(reader.header().parameters(), place, reader);
            reader.end();
            return restored;
        }
    }

    private void assertSame(CompactIndex restored, CompactIndex index) {
        assertThat(restored.statistics().vectors()).isEqualTo(index.statistics().vectors());
        for (int slot = 0; slot < 1_000; slot++) {
            assertThat(restored.vector(slot)).isEqualTo(index.vector(slot));
        }
        for (int search = 0; search < 50; search++) {
            float[] query = vector();
            assertThat(restored.search(query, 10, 200, null)).isEqualTo(index.search(query, 10, 200, null));
        }
        assertFindsAll(restored);
    }

    private void assertFindsAll(CompactIndex index) {
        assertThat(index.statistics().vectors()).isEqualTo(oracle.size());
        assertThat(GraphHealth.of(index)).isEqualTo(new GraphHealth(0, 0));
        oracle.forEach((slot, vector) -> assertThat(index.search(vector, 1, 100, null))
                .as("slot %d", slot)
                .containsExactly(new Neighbor(slot, index.distance(vector, slot))));
    }

    private CompactIndex filled(int count) {
        CompactIndex index = new CompactIndex(parameters, place);
        for (int slot = 0; slot < count; slot++) {
            add(index, slot);
        }
        return index;
    }

    private void churn(CompactIndex index, int slots, int operations, int removalsInTen) {
        for (int operation = 0; operation < operations; operation++) {
            int slot = random.nextInt(slots);
            if (random.nextInt(10) < removalsInTen) {
                remove(index, slot);
            } else {
                add(index, slot);
            }
        }
    }

    private void add(CompactIndex index, int slot) {
        float[] vector = vector();
        assertThat(index.add(slot, ++version, vector)).isTrue();
        oracle.put(slot, vector);
    }

    private void remove(CompactIndex index, int slot) {
        assertThat(index.remove(slot, ++version)).isEqualTo(oracle.remove(slot) != null);
    }

    private float[] held(int slot) {
        return requireNonNull(oracle.get(slot));
    }

    private float[] vector() {
        return DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
    }
}
