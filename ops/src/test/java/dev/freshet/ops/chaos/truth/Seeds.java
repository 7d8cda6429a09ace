package dev.freshet.ops.chaos.truth;

import java.util.Random;

/** One seed for a test, printed, and settable with {@code -Dtest.args=-Dfreshet.test.seed=N}. */
final class Seeds {
    private Seeds() {}

    static Random random(String test) {
        long seed = Long.getLong("freshet.test.seed", 42);
        System.out.println(test + ": -Dfreshet.test.seed=" + seed);
        return new Random(seed);
    }
}
