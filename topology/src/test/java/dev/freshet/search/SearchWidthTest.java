package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.schemas.avro.Distance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many partitions an index is spread over, the candidates of each are enough for the whole answer. */
class SearchWidthTest {
    private static final int DIMENSIONS = 48;
    private static final int VECTORS = 3_000;
    private static final int K = 10;
    private static final int QUERIES = 60;

    private final RandomGenerator random = TestRandom.create(SearchWidthTest.class);

    private static LocalVectorStores stores() {
        return new LocalVectorStores(
                OpenStore.TOPIC,
                new TestCatalog().add(TestCatalog.index(1, DIMENSIONS, Distance.COSINE)),
                Images::deserializer,
                new SimpleMeterRegistry(),
                new ManualLoaders(true));
    }

    /** The same, with a threshold that all but one of the results reach. */
    private static VectorQuery passing(VectorQuery query, VectorStore store) {
        List<SearchHit> hits =
                store.search(with(query, 60, false), () -> false).orElseThrow().hits();
        double threshold = hits.get(hits.size() - 2).score();
        return new VectorQuery(1, query.vector(), query.k(), 60, false, threshold, false, false, null);
    }

    private static Set<String> nearest(List<OpenStore> parts, VectorQuery query, @Nullable SearchWidth width) {
        List<PartitionFindings> found = parts.stream()
                .map(part ->
                        part.store.find(query, width, () -> false, () -> false).orElseThrow())
                .toList();
        return NearestFindings.of(query.k(), found).hits().stream()
                .map(SearchHit::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private VectorQuery query(int k, int ef, boolean exact) {
        return new VectorQuery(1, RandomVectors.draw(random, DIMENSIONS), k, ef, exact, null, false, false, null);
    }

    private static VectorQuery with(VectorQuery query, int ef, boolean exact) {
        return new VectorQuery(1, query.vector(), query.k(), ef, exact, query.scoreThreshold(), false, false, null);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "16, 1", "64, 1", "1, 20", "4, 20", "16, 20", "64, 20"})
    void mergedRecallHoldsForAnyNumberOfPartitions(int partitions, int chunksPerRow, @TempDir Path directory)
            throws Exception {
        try (LocalVectorStores stores = stores()) {
            List<OpenStore> parts = OpenStore.open(stores, directory, partitions);
            try {
                for (int row = 0; row < VECTORS / chunksPerRow; row++) {
                    // The chunks of a row are near each other, and in one partition.
                    float[] centre = RandomVectors.draw(random, DIMENSIONS);
                    float[][] chunks = new float[chunksPerRow][];
                    for (int chunk = 0; chunk < chunksPerRow; chunk++) {
                        chunks[chunk] = chunksPerRow == 1 ? centre : near(centre);
                    }
                    parts.get(random.nextInt(partitions)).put(Images.row(1, "row-" + row, row, chunks));
                }
                SearchWidth width = new SearchWidth(100, K, partitions);
                double again = 0;
                double once = 0;
                for (int i = 0; i < QUERIES; i++) {
                    VectorQuery query = query(K, width.most(), false);
                    Set<String> exact = nearest(parts, with(query, width.most(), true), null);
                    again += share(nearest(parts, query, width), exact);
                    once += share(nearest(parts, query, null), exact);
                }
                System.out.println(partitions + " partitions, " + chunksPerRow + " chunks per row: recall "
                        + again / QUERIES + " with " + width.first() + " candidates and more where there are more, "
                        + once / QUERIES + " with " + width.most());
                assertThat(again / QUERIES).isGreaterThanOrEqualTo(0.95);
                assertThat(once / QUERIES).isGreaterThanOrEqualTo(0.95);
            } finally {
                parts.forEach(OpenStore::close);
            }
        }
    }

    private static double share(Set<String> found, Set<String> exact) {
        found.retainAll(exact);
        return found.size() / (double) exact.size();
    }

    private float[] near(float[] centre) {
        float[] vector = centre.clone();
        for (int i = 0; i < vector.length; i++) {
            vector[i] += (float) (0.3 * random.nextGaussian());
        }
        return vector;
    }

    @Test
    void aPartitionThatHasAllOfTheNearestIsSearchedAsOneGraph(@TempDir Path directory) throws Exception {
        int k = 30;
        SearchWidth width = new SearchWidth(60, k, 3);
        assertThat(width.first()).isEqualTo(32);
        try (LocalVectorStores stores = stores()) {
            List<OpenStore> parts = OpenStore.open(stores, directory, 3);
            try {
                for (int row = 0; row < VECTORS; row++) {
                    parts.get(1).put(Images.row(1, "row-" + row, row, RandomVectors.draw(random, DIMENSIONS)));
                }
                int differ = 0;
                int closely = 0;
                int once = 0;
                for (int i = 0; i < QUERIES; i++) {
                    VectorQuery query = query(k, width.most(), false);
                    Set<String> found = nearest(parts, query, width);
                    assertThat(found).isEqualTo(nearest(parts, with(query, 60, false), null));
                    VectorQuery fewer = passing(query, parts.get(1).store);
                    closely += nearest(parts, fewer, width).size();
                    once += nearest(parts, with(fewer, width.first(), false), null)
                            .size();
                    differ += found.equals(nearest(parts, with(query, width.first(), false), null)) ? 0 : 1;
                }
                assertThat(differ)
                        .as("answers that fewer candidates would not give")
                        .isPositive();
                assertThat(closely).as("found of those that pass").isGreaterThan(once);
            } finally {
                parts.forEach(OpenStore::close);
            }
        }
    }

    @Test
    void isNeverLessThanWhatIsAskedFor() {
        assertThat(new SearchWidth(100, 10, 1).most()).isEqualTo(100);
        assertThat(new SearchWidth(100, 10, 1).first()).isEqualTo(100);
        assertThat(new SearchWidth(100, 10, 4).most()).isEqualTo(70);
        assertThat(new SearchWidth(100, 10, 4).first()).isEqualTo(40);
        assertThat(new SearchWidth(100, 10, 1_000).most()).isEqualTo(SearchWidth.CANDIDATES_MIN);
        assertThat(new SearchWidth(10, 10, 64).most()).isEqualTo(10);
        assertThat(new SearchWidth(1, 1, 64).most()).isEqualTo(1);
        assertThat(new SearchWidth(100, 1_000, 64).most()).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i++) {
            int k = random.nextInt(1, 1_001);
            int whole = random.nextInt(1, 10_001);
            int partitions = random.nextInt(1, 300);
            SearchWidth width = new SearchWidth(whole, k, partitions);
            assertThat(width.first()).isBetween(k, width.most());
            assertThat(width.most())
                    .isBetween(k, Math.max(k, whole))
                    .isGreaterThanOrEqualTo(new SearchWidth(whole, k, partitions + 1).most());
            int share = random.nextInt(k);
            assertThat(width.of(share)).isBetween(k, width.of(share + 1));
            assertThat(width.of(k)).isEqualTo(Math.max(k, whole));
        }
    }
}
