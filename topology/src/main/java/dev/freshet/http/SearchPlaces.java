package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Bounds the searches that run at once. Some more wait for their turn, for a bounded time; what comes beyond is refused at once, so that a flood of searches neither
 * takes all of the server's threads nor makes each search slower than anybody waits for. A batch of queries is one search. Thread-safe.
 */
final class SearchPlaces {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final int searches;
    private final Semaphore running;
    private final Semaphore waiting;
    private final Duration longestWait;

    /** {@code searches} may run, and as many wait. */
    SearchPlaces(int searches) {
        this(searches, searches, LONGEST_WAIT);
    }

    SearchPlaces(int searches, int waiting, Duration longestWait) {
        this.searches = searches;
        this.running = new Semaphore(searches, true);
        this.waiting = new Semaphore(waiting);
        this.longestWait = longestWait;
    }

    /** Most threads that searches hold, running or waiting. */
    static int threads(int searches) {
        return 2 * searches;
    }

    /** Searches when there is a place. Throws {@code TOO_MANY_REQUESTS} if there is none in time. */
    <T> T search(Supplier<T> search) {
        take();
        try {
            return search.get();
        } finally {
            running.release();
        }
    }

    private void take() {
        if (running.tryAcquire()) {
            return;
        }
        if (!waiting.tryAcquire()) {
            throw refused(" and as many wait");
        }
        try {
            if (!running.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw refused(", and none ended within " + longestWait.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.NOT_READY, "the server is stopping", e);
        } finally {
            waiting.release();
        }
    }

    private FreshetException refused(String why) {
        return new FreshetException(
                ErrorCode.TOO_MANY_REQUESTS,
                searches + " searches run, as many as may at once (setting http.max.concurrent.searches)" + why
                        + ": try again in a moment, or send several queries in one search");
    }
}
