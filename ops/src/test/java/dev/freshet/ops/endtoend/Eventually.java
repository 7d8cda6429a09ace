package dev.freshet.ops.endtoend;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits by polling; the bounds are generous, because they say when a test fails and not how fast the product is. */
final class Eventually {
    static final Duration LONG = Duration.ofMinutes(3);
    private static final long POLL_MS = 50;

    private Eventually() {}

    /** Runs the assertions until they pass, and throws the last failure when they do not in time. */
    static void passes(Duration within, Assertions assertions) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError failure) {
                if (System.nanoTime() > deadline) {
                    throw failure;
                }
            } catch (Exception e) {
                throw new AssertionError("could not be checked", e);
            }
            pause();
        }
    }

    static void holds(String what, Duration within, Callable<Boolean> condition) {
        passes(within, () -> {
            if (!condition.call()) {
                throw new AssertionError("not within " + within + ": " + what);
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }

    /** Assertions that may not hold yet. */
    @FunctionalInterface
    interface Assertions {
        void run() throws Exception;
    }
}
