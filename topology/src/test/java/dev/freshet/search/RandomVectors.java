package dev.freshet.search;

import java.util.random.RandomGenerator;

/** Vectors without any structure. */
final class RandomVectors {
    private RandomVectors() {}

    static float[] draw(RandomGenerator random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
