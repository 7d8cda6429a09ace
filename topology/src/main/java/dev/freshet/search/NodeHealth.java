package dev.freshet.search;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How other processes have answered lately, and what follows from it for the next question.
 *
 * <ul>
 *   <li><b>Refusing</b>: a process that failed twice in a row (nobody listens there, or the connection breaks) is not asked for a while, 100 ms at first and twice as long each time up to 1 s. After
 *       that one caller asks; the others go on without it until it has answered. So a dead process costs next to nothing until the group notices.
 *   <li><b>Slow</b>: a process that left several callers in a row without an answer. Others are asked before it for a second.
 *   <li><b>Hedging</b>: another process is asked as well when this one takes longer than twice the time within which it answered 95 % of its last answers, at least 20 ms and at most 250 ms.
 *       Hedges are a tenth of all calls at most, after a few in hand, so that processes that are slow because they are busy are not made busier still. (Dean and Barroso, The Tail at Scale, 2013.)
 * </ul>
 *
 * <p>Thread-safe.
 */
final class NodeHealth {
    static final long HEDGE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long HEDGE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long HEDGE_UNKNOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int HEDGE_TIMES = 2;
    private static final int SAMPLES = 64;
    private static final int SAMPLES_MIN = 8;
    private static final int REFUSALS = 2;
    private static final int UNANSWERED = 3;
    private static final long BACKOFF_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BACKOFF_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TOKENS_MAX = 100;
    private static final int HEDGE_TOKENS = 10;
    private static final int NODES_MAX = 1_000;

    private final LongSupplier clock;
    private final Map<Node, State> states = new ConcurrentHashMap<>();
    private int tokens = TOKENS_MAX;

    /**
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    NodeHealth(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether the process may be asked now; the caller then asks, and tells how it went. */
    boolean admits(Node node) {
        return state(node).admits(clock.getAsLong());
    }

    boolean isSlow(Node node) {
        return state(node).isSlow(clock.getAsLong());
    }

    /** After how long without an answer another process is asked as well. */
    long hedgeNanos(Node node) {
        return state(node).hedgeNanos();
    }

    /** A call was made; each allows a part of a hedge. */
    synchronized void called() {
        tokens = Math.min(TOKENS_MAX, tokens + 1);
    }

    /** Whether a hedge may be made now; it is then counted. */
    synchronized boolean takeHedge() {
        if (tokens < HEDGE_TOKENS) {
            return false;
        }
        tokens -= HEDGE_TOKENS;
        return true;
    }

    /** It answered a search, after so long. */
    void answered(Node node, long nanos) {
        state(node).answered(nanos);
    }

    /** It answered, be it with a refusal, something else than a search: how long that took says nothing of how long searches take. */
    void alive(Node node) {
        state(node).alive();
    }

    /** It failed. */
    void refused(Node node) {
        state(node).refused(clock.getAsLong());
    }

    /** It was given up: others answered before it, or the time was over. */
    void unanswered(Node node) {
        state(node).unanswered(clock.getAsLong());
    }

    private State state(Node node) {
        State known = states.get(node);
        if (known != null) {
            return known;
        }
        if (states.size() >= NODES_MAX) {
            states.clear(); // Processes come and go under ever new addresses; what is known of the others is soon
            // known again.
        }
        return states.computeIfAbsent(node, unknown -> new State());
    }

    private static final class State {
        private final long[] latencies = new long[SAMPLES];
        /** 0 to 63 while the array fills, then 64 to 127: where the next one goes, and whether it is full. */
        private int samples;

        private long hedgeNanos = HEDGE_UNKNOWN_NANOS;
        private int refusals;
        private long refusedUntil;
        private long backoffNanos = BACKOFF_MIN_NANOS;
        private int unanswered;
        private long slowUntil;

        synchronized boolean admits(long now) {
            if (refusals < REFUSALS) {
                return true;
            }
            if (now - refusedUntil < 0) {
                return false;
            }
            refusedUntil = now + backoffNanos;
            return true;
        }

        synchronized boolean isSlow(long now) {
            return unanswered >= UNANSWERED && now - slowUntil < 0;
        }

        synchronized long hedgeNanos() {
            return hedgeNanos;
        }

        synchronized void answered(long nanos) {
            alive();
            latencies[samples % SAMPLES] = nanos;
            // A count of all answers would overflow after some months.
            samples = samples + 1 == 2 * SAMPLES ? SAMPLES : samples + 1;
            // Sorting for each answer would be work for nothing.
            if (samples % SAMPLES_MIN == 0) {
                int known = Math.min(samples, SAMPLES);
                long[] sorted = Arrays.copyOf(latencies, known);
                Arrays.sort(sorted);
                long slowest = sorted[(known * 95 - 1) / 100];
                hedgeNanos = Math.min(HEDGE_MAX_NANOS, Math.max(HEDGE_MIN_NANOS, HEDGE_TIMES * slowest));
            }
        }

        synchronized void alive() {
            refusals = 0;
            backoffNanos = BACKOFF_MIN_NANOS;
            unanswered = 0;
        }

        synchronized void refused(long now) {
            refusals = Math.min(REFUSALS, refusals + 1);
            if (refusals >= REFUSALS) {
                refusedUntil = now + backoffNanos;
                backoffNanos = Math.min(BACKOFF_MAX_NANOS, 2 * backoffNanos);
            }
        }

        synchronized void unanswered(long now) {
            unanswered = Math.min(UNANSWERED, unanswered + 1);
            slowUntil = now + SLOW_NANOS;
        }
    }
}
