package dev.freshet.search;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Moments as {@link System#nanoTime} tells them. */
final class Deadline {
    private static final long LONGEST_DAYS = 365;

    private Deadline() {}

    /** From now; a timeout that is longer than a year is a year. */
    static long after(Duration timeout) {
        return System.nanoTime() + nanos(timeout);
    }

    static boolean isOver(long deadline) {
        return System.nanoTime() - deadline >= 0;
    }

    /** What is left; never negative. */
    static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    // Far enough in the future, and no overflow.
    private static long nanos(Duration timeout) {
        return timeout.toDays() >= LONGEST_DAYS ? TimeUnit.DAYS.toNanos(LONGEST_DAYS) : Math.max(0, timeout.toNanos());
    }
}
