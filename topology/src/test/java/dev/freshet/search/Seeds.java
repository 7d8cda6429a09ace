package dev.freshet.search;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The randomness of a test: one seed, printed, and chosen with {@code -Dtest.args=-Dfreshet.test.seed=…}. */
final class Seeds {
    private Seeds() {}

    static RandomGenerator create(Class<?> test) {
        Long given = Long.getLong("freshet.test.seed");
        long seed = given == null ? System.nanoTime() : given;
        System.out.println(test.getSimpleName() + ": -Dfreshet.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static float[] vector(RandomGenerator random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
