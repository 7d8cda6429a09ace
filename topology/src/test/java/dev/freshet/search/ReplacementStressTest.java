package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers search while a writer replaces rows, deletes some and puts them back, and a loader rebuilds the graph. What a version's chunks are follows from the
 * row and the version, so that every hit can be checked; and what may be seen is bounded by what was written before and after the search.
 */
class ReplacementStressTest {
    private static final int DIMENSIONS = 8;
    private static final int ROWS = 40;
    private static final int DELETED_ROWS = 8;
    private static final int CHANGES = 3_000;

    private final File directory;
    private final RandomGenerator random = TestRandom.create(ReplacementStressTest.class);
    private final TestCatalog catalog = new TestCatalog();
    // Per row: the newest version whose write has begun, and the newest whose write has ended; negative when it
    // deletes.
    private final AtomicLongArray begun = new AtomicLongArray(ROWS);
    private final AtomicLongArray ended = new AtomicLongArray(ROWS);

    ReplacementStressTest(@TempDir File directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPACT_INT8")
    void aSearchSeesEachRowWhollyBeforeOrAfterAReplacement(TestedEngine engine) throws Exception {
        catalog.add(TestCatalog.indexWith(engine, 1, DIMENSIONS, Distance.COSINE));
        try (LocalVectorStores stores = new LocalVectorStores(
                        OpenStore.TOPIC,
                        catalog,
                        Images::deserializer,
                        new SimpleMeterRegistry(),
                        1,
                        Clock.systemUTC());
                OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            for (int row = 0; row < ROWS; row++) {
                write(opened, row, false);
            }
            while (opened.index(1).serving() == null) {
                Thread.onSpinWait();
            }
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger searches = new AtomicInteger();
            ExecutorService readers = Executors.newFixedThreadPool(2);
            try {
                List<Future<?>> reading = new ArrayList<>();
                for (int reader = 0; reader < 2; reader++) {
                    long seed = random.nextLong();
                    reading.add(readers.submit(() -> {
                        RandomGenerator own =
                                RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
                        do {
                            searchAll(opened.store, own);
                            searchFew(opened.store, own);
                            searches.incrementAndGet();
                        } while (!done.get());
                    }));
                }
                IndexGraph first = opened.graph(1);
                for (int change = 0; change < CHANGES && reading.stream().noneMatch(Future::isDone); change++) {
                    int row = random.nextInt(ROWS);
                    write(opened, row, row < DELETED_ROWS && ended.get(row) > 0);
                }
                done.set(true);
                for (Future<?> reader : reading) {
                    reader.get();
                }
                IndexGraph last = opened.graph(1);
                System.out.println(searches + " searches, rebuilt: " + (last != first) + ", slots: " + last.slots());
                // A change takes one or two slots, so nearly all of them were used many times.
                assertThat(last.slots()).as("slots are used again").isLessThan(CHANGES / 2);
            } finally {
                done.set(true);
                readers.shutdownNow();
            }
        }
    }

    private void write(OpenStore opened, int row, boolean delete) {
        long version = opened.offset() + 1;
        begun.set(row, delete ? -version : version);
        if (delete) {
            opened.delete(1, key(row));
        } else {
            float[][] vectors = new float[chunks(version)][];
            for (int ordinal = 0; ordinal < vectors.length; ordinal++) {
                vectors[ordinal] = vector(row, version, ordinal);
            }
            opened.put(Images.row(1, key(row), version, vectors));
        }
        ended.set(row, delete ? -version : version);
    }

    private static String key(int row) {
        return "row-" + row;
    }

    private static int chunks(long version) {
        return 1 + (int) (version % 3);
    }

    // The first chunk of a row stays the same for ten versions or so, so that slots are used again.
    private static float[] vector(int row, long version, int ordinal) {
        long seed = ordinal == 0 ? row + 1_000 * (version / 400) : row * 1_000_003L + version * 31 + ordinal;
        return RandomVectors.draw(RandomGeneratorFactory.of("L64X128MixRandom").create(seed), DIMENSIONS);
    }

    private void searchAll(VectorStore store, RandomGenerator own) {
        long[] before = snapshot(ended);
        float[] query = RandomVectors.draw(own, DIMENSIONS);
        boolean exact = own.nextInt(4) == 0;
        List<SearchHit> hits = store.search(
                        new VectorQuery(1, query, 1_000, 1_000, exact, null, false, false, null), () -> false)
                .orElseThrow()
                .hits();
        long[] after = snapshot(begun);
        Map<Integer, List<SearchHit>> byRow = new TreeMap<>();
        hits.forEach(
                hit -> byRow.computeIfAbsent(row(hit), row -> new ArrayList<>()).add(hit));
        Map<Integer, Long> seen = new HashMap<>();
        byRow.forEach((row, chunks) -> {
            long version = version(chunks.get(0));
            seen.put(row, version);
            assertThat(chunks).as("a mix").allMatch(hit -> version(hit) == version);
            assertThat(chunks).as("all chunks of %s@%s", row, version).hasSize(chunks(version));
        });
        hits.forEach(hit -> assertIsWhatItSays(hit, query));
        assertThat(hits).extracting(SearchHit::id).doesNotHaveDuplicates();
        for (int row = 0; row < ROWS; row++) {
            Long version = seen.get(row);
            if (version == null) {
                assertThat(before[row] < 0 || (row < DELETED_ROWS && before[row] != after[row]))
                        .as("a gap: row %s of version %s", row, before[row])
                        .isTrue();
            } else {
                assertThat(version).as("an old version").isGreaterThanOrEqualTo(Math.abs(before[row]));
                assertThat(version).as("a version of the future").isLessThanOrEqualTo(Math.abs(after[row]));
                assertThat(before[row] < 0 && before[row] == after[row])
                        .as("a phantom: row %s", row)
                        .isFalse();
            }
        }
    }

    private void searchFew(VectorStore store, RandomGenerator own) {
        long[] before = snapshot(ended);
        float[] query = RandomVectors.draw(own, DIMENSIONS);
        List<SearchHit> hits = store.search(
                        new VectorQuery(1, query, 5, 10, false, null, own.nextBoolean(), false, null), () -> false)
                .orElseThrow()
                .hits();
        assertThat(hits).hasSize(5).extracting(SearchHit::id).doesNotHaveDuplicates();
        hits.forEach(hit -> {
            assertIsWhatItSays(hit, query);
            assertThat(version(hit)).isGreaterThanOrEqualTo(Math.abs(before[row(hit)]));
        });
    }

    private static void assertIsWhatItSays(SearchHit hit, float[] query) {
        DistanceFunction distance = DistanceFunction.COSINE;
        long version = version(hit);
        assertThat(hit.metadata()).isEqualTo("{\"version\":" + version + "}");
        assertThat(hit.distance())
                .isCloseTo(
                        distance.between(
                                distance.prepare(query), distance.prepare(vector(row(hit), version, hit.chunk()))),
                        within(1e-6));
    }

    private static int row(SearchHit hit) {
        return Integer.parseInt(hit.row().substring("row-".length()));
    }

    private static long version(SearchHit hit) {
        return Long.parseLong(
                hit.text().substring(hit.text().indexOf('@') + 1, hit.text().indexOf('#')));
    }

    private static long[] snapshot(AtomicLongArray versions) {
        long[] copy = new long[versions.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = versions.get(i);
        }
        return copy;
    }
}
