package dev.freshet.ops.bench.index;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Vectors that lie as embeddings of texts do: in clusters, and near a surface of far fewer dimensions than they have. A cluster's center and the place of a vector in it
 * are normal in a space of {@value #LATENT_DIMENSIONS} dimensions; one random linear map carries that space into the vectors', where a little noise is added. Queries
 * are drawn in the same way, apart from the vectors. The same parameters give the same vectors, on any machine.
 *
 * @param vectors at least 1
 * @param queries at least 1
 * @param dimensions at least 1
 */
public record SyntheticVectors(int vectors, int queries, int dimensions, long seed) implements VectorSource {
    private static final int CLUSTERS_MAX = 1_000;
    private static final int VECTORS_PER_CLUSTER = 100;
    private static final int LATENT_DIMENSIONS = 40;
    private static final double WITHIN_CLUSTER = 0.9;
    private static final double NOISE = 0.05;

    public SyntheticVectors {
        if (vectors < 1 || queries < 1 || dimensions < 1) {
            throw new IllegalArgumentException(
                    vectors + " vectors, " + queries + " queries, " + dimensions + " dimensions: at least 1 of each");
        }
    }

    @Override
    public BenchmarkVectors load() {
        SplittableRandom random = new SplittableRandom(seed);
        int clusters = Math.max(1, Math.min(CLUSTERS_MAX, vectors / VECTORS_PER_CLUSTER));
        float[][] centers = matrix(random, clusters, LATENT_DIMENSIONS, 1);
        float[][] map = matrix(random, LATENT_DIMENSIONS, dimensions, 1 / Math.sqrt(LATENT_DIMENSIONS));
        float[][] base = draw(vectors, random, centers, map);
        return new BenchmarkVectors(base, draw(queries, random, centers, map));
    }

    /** Each vector from a generator of its own, so that all processors can draw. */
    private float[][] draw(int count, SplittableRandom random, float[][] centers, float[][] map) {
        long[] seeds = random.longs(count).toArray();
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> vector(new SplittableRandom(seeds[i]), centers, map))
                .toArray(float[][]::new);
    }

    private float[] vector(RandomGenerator random, float[][] centers, float[][] map) {
        float[] center = centers[random.nextInt(centers.length)];
        float[] vector = new float[dimensions];
        for (int latent = 0; latent < LATENT_DIMENSIONS; latent++) {
            float place = center[latent] + (float) (random.nextGaussian() * WITHIN_CLUSTER);
            float[] direction = map[latent];
            for (int i = 0; i < dimensions; i++) {
                vector[i] += place * direction[i];
            }
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] += (float) (random.nextGaussian() * NOISE);
        }
        return vector;
    }

    private static float[][] matrix(RandomGenerator random, int rows, int columns, double scale) {
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) (random.nextGaussian() * scale);
            }
        }
        return matrix;
    }
}
