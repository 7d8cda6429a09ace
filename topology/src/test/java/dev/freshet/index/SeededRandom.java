package dev.freshet.index;

import java.util.random.RandomGenerator;

/** The randomness of a test: one seed, printed, and chosen with {@code -Dtest.args=-Dfreshet.test.seed=…}. */
final class SeededRandom {
    private SeededRandom() {}

    /** Points around some centers, as embeddings are: neighbours differ by noise. */
    static float[] clustered(RandomGenerator random, float[][] centers) {
        float[] center = centers[random.nextInt(centers.length)];
        float[] vector = new float[center.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = center[i] + (float) random.nextGaussian() * 0.3f;
        }
        return vector;
    }

    static float[][] centers(RandomGenerator random, int count, int dimensions) {
        float[][] centers = new float[count][dimensions];
        for (float[] center : centers) {
            for (int i = 0; i < dimensions; i++) {
                center[i] = (float) random.nextGaussian();
            }
        }
        return centers;
    }
}
