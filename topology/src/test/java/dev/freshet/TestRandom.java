package dev.freshet;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The randomness of a test: one seed, printed, and chosen with {@code -Dtest.args=-Dfreshet.test.seed=…}. */
public final class TestRandom {
    private TestRandom() {}

    public static RandomGenerator create(Class<?> test) {
        Long given = Long.getLong("freshet.test.seed");
        long seed = given == null ? System.nanoTime() : given;
        System.out.println(test.getSimpleName() + ": -Dfreshet.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
