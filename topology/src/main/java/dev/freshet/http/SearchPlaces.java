package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Bounds the searches that run at once. Some more wait for their turn, for a bounded time; what comes beyond is refused at once, so that a flood of searches neither
 * takes all of the server's threads nor makes each search slower than anybody waits for. A batch of queries is one search.
 *
 * <p>Searches that wait for positions have places of their own, so that those who wait for rows that are slow to come keep no others from searching. They hold them while they search as well:
 * how long they wait is known to the search alone.
 *
 * <p>Thread-safe.
 */
final class SearchPlaces {
    /** Most searches that wait for positions. */
    static final int WAITING_MAX = 100;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final int searches;
    private final Semaphore running;
    private final Semaphore waiting;
    private final Duration longestWait;
    private final Semaphore forPositions = new Semaphore(WAITING_MAX);

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
        return 2 * searches + WAITING_MAX;
    }

    /**
     * Searches when there is a place. Throws {@code TOO_MANY_REQUESTS} if there is none in time.
     *
     * @param waits whether it waits for positions
     */
    <T> T search(boolean waits, Supplier<T> search) {
        Semaphore place = waits ? takeForPositions() : take();
        try {
            return search.get();
        } finally {
            place.release();
        }
    }

    private Semaphore takeForPositions() {
        if (!forPositions.tryAcquire()) {
            throw new FreshetException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    WAITING_MAX + " searches wait for positions, as many as may at once: try again in a moment, or"
                            + " search without min_positions");
        }
        return forPositions;
    }

    private Semaphore take() {
        if (running.tryAcquire()) {
            return running;
        }
        if (!waiting.tryAcquire()) {
            throw refused(" and as many wait");
        }
        try {
            if (!running.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw refused(", and none ended within " + longestWait.toMillis() + " ms");
            }
            return running;
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
