package dev.freshet.connect.transform;

import java.util.Random;

/** The randomness of a test: one seed, printed, and chosen with {@code -Dtest.args=-Dfreshet.test.seed=…}. */
final class Seeds {
    private Seeds() {}

    static Random random(Class<?> test) {
        long seed = Long.getLong("freshet.test.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dfreshet.test.seed=" + seed);
        return new Random(seed);
    }
}
