package dev.freshet.connect.avro;

import java.util.Random;

/** The randomness of a test: one seed, printed, and chosen with {@code -Dtest.args=-Dfreshet.test.seed=…}. */
final class Seeds {
    private Seeds() {}

    static Random random(Class<?> test) {
        Long given = Long.getLong("freshet.test.seed");
        long seed = given == null ? System.nanoTime() : given;
        System.out.println(test.getSimpleName() + ": -Dfreshet.test.seed=" + seed);
        return new Random(seed);
    }
}
