package dev.freshet.embed.remote;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses a provider that keeps failing. After {@value #FAILURES_MAX} failures in a row it opens: nothing is sent for a pause; then one request goes out (a search's, or else the control text: a row may be what the provider fails for), and closes
 * it again if it succeeds, or opens it for twice as long, up to a minute, each pause shortened at random by up to half. Not thread-safe.
 */
final class Circuit {
    static final int FAILURES_MAX = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private int failures;
    private int pauses;
    private boolean paused;
    private long untilNanos;

    Circuit(RandomGenerator random) {
        this.random = random;
    }

    /** How long nothing may be sent; 0 if something may be now. */
    long nanosUntilOpen(long nowNanos) {
        return paused ? Math.max(0, untilNanos - nowNanos) : 0;
    }

    /** Whether only one request may be under way, to see if the provider is well again. */
    boolean probing() {
        return failures >= FAILURES_MAX;
    }

    /** Returns whether the provider was failing until now. */
    boolean succeeded() {
        boolean recovered = probing();
        failures = 0;
        pauses = 0;
        paused = false;
        return recovered;
    }

    /** Returns whether this failure opened the circuit, or kept it open. */
    boolean failed(long nowNanos) {
        failures = Math.min(FAILURES_MAX, failures + 1);
        if (failures < FAILURES_MAX || nanosUntilOpen(nowNanos) > 0) {
            return false; // Requests that were under way when it opened prolong nothing.
        }
        Duration pause = exponential(FIRST_PAUSE, pauses++, LONGEST_PAUSE);
        pause(nowNanos, Duration.ofNanos((long) (pause.toNanos() * (1 - random.nextDouble() / 2))));
        return true;
    }

    /** Sends nothing for so long, because the provider asked for it. Never shortens a pause. */
    void pause(long nowNanos, Duration pause) {
        long until = nowNanos + pause.toNanos();
        if (!paused || until - untilNanos > 0) {
            paused = true;
            untilNanos = until;
        }
    }

    /** How long to wait before trying again the so-manieth time, from 1: at random up to a bound that doubles (full jitter). */
    Duration backoff(int attempt) {
        return Duration.ofNanos(
                (long) (exponential(FIRST_DELAY, attempt - 1, LONGEST_DELAY).toNanos() * random.nextDouble()));
    }

    private static Duration exponential(Duration first, int doublings, Duration longest) {
        Duration grown = first.multipliedBy(1L << Math.min(doublings, 20));
        return grown.compareTo(longest) < 0 ? grown : longest;
    }
}
