package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.Neighbor;
import dev.freshet.index.VectorIndex;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.index.VectorIndexes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many partitions an index is spread over, the candidates of each are enough for the whole answer. */
class SearchWidthTest {
    private static final int DIMENSIONS = 24;
    private static final int VECTORS = 6_000;
    private static final int K = 10;
    private static final int QUERIES = 60;

    private final RandomGenerator random = TestRandom.create(SearchWidthTest.class);

    /** A slot of a partition. */
    private record Found(int partition, Neighbor neighbor) {}

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "16, 1", "64, 1", "1, 20", "4, 20", "16, 20", "64, 20"})
    void mergedRecallHoldsForAnyNumberOfPartitions(int partitions, int chunksPerRow) {
        List<VectorIndex> parts = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            parts.add(VectorIndexes.COMPACT.create(
                    new VectorIndexParameters(DIMENSIONS, DistanceFunction.COSINE, 16, 200)));
        }
        int[] given = new int[partitions];
        for (int row = 0; row < VECTORS / chunksPerRow; row++) {
            // The chunks of a row are near each other, and in one partition.
            int partition = random.nextInt(partitions);
            float[] centre = RandomVectors.draw(random, DIMENSIONS);
            for (int chunk = 0; chunk < chunksPerRow; chunk++) {
                parts.get(partition)
                        .add(
                                given[partition]++,
                                1,
                                DistanceFunction.COSINE.prepare(chunksPerRow == 1 ? centre : near(centre)));
            }
        }
        int ef = SearchWidth.perPartition(100, K, partitions);
        double recall = 0;
        for (int query = 0; query < QUERIES; query++) {
            float[] vector = DistanceFunction.COSINE.prepare(RandomVectors.draw(random, DIMENSIONS));
            Set<Found> exact = merged(parts, part -> part.searchExact(vector, K, null));
            Set<Found> walked = merged(parts, part -> part.search(vector, K, ef, null));
            walked.retainAll(exact);
            recall += walked.size() / (double) K;
        }
        System.out.println(partitions + " partitions, " + chunksPerRow + " chunks per row, ef " + ef + ": recall "
                + recall / QUERIES);
        assertThat(recall / QUERIES).isGreaterThanOrEqualTo(0.95);
    }

    private float[] near(float[] centre) {
        float[] vector = centre.clone();
        for (int i = 0; i < vector.length; i++) {
            vector[i] += (float) (0.3 * random.nextGaussian());
        }
        return vector;
    }

    private interface Search {
        List<Neighbor> of(VectorIndex part);
    }

    private static Set<Found> merged(List<VectorIndex> parts, Search search) {
        List<Found> found = new ArrayList<>();
        for (int partition = 0; partition < parts.size(); partition++) {
            for (Neighbor neighbor : search.of(parts.get(partition))) {
                found.add(new Found(partition, neighbor));
            }
        }
        found.sort(Comparator.comparing(Found::neighbor).thenComparingInt(Found::partition));
        return new HashSet<>(found.subList(0, K));
    }

    @Test
    void isNeverLessThanWhatIsAskedFor() {
        assertThat(SearchWidth.perPartition(100, 10, 1)).isEqualTo(100);
        assertThat(SearchWidth.perPartition(100, 10, 4)).isEqualTo(70);
        assertThat(SearchWidth.perPartition(100, 10, 1_000)).isEqualTo(SearchWidth.CANDIDATES_MIN);
        assertThat(SearchWidth.perPartition(10, 10, 64)).isEqualTo(10);
        assertThat(SearchWidth.perPartition(1, 1, 64)).isEqualTo(1);
        assertThat(SearchWidth.perPartition(100, 1_000, 64)).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i++) {
            int k = random.nextInt(1, 1_001);
            int whole = random.nextInt(1, 10_001);
            int partitions = random.nextInt(1, 300);
            assertThat(SearchWidth.perPartition(whole, k, partitions))
                    .isBetween(k, Math.max(k, whole))
                    .isGreaterThanOrEqualTo(SearchWidth.perPartition(whole, k, partitions + 1));
        }
    }
}
