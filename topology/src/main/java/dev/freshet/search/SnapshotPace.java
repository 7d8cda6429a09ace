package dev.freshet.search;

import java.time.Duration;

/**
 * When the next snapshot of one graph is due. A snapshot costs the time of writing the whole graph; not having one costs, after a kill, the time of inserting again what had
 * changed since the last.
 *
 * <ul>
 *   <li>While changes go on: once as many vectors are unsaved as are worth it, {@value #CHANGES_MIN} at least and one in {@value #SHARE}.
 *   <li>When no more come: after {@link #QUIET_FIRST}. If only little is unsaved, inserting it again would be cheaper than writing; so each such snapshot doubles the quiet that
 *       the next one waits for, up to {@link #QUIET_LONGEST}. A trickle of changes then does not wear out the disk.
 *   <li>Once a day even without changes, because an old snapshot is not used.
 *   <li>After a failure: not before {@link #RETRY_FIRST}, twice as long after each further one, up to {@link #RETRY_LONGEST}.
 * </ul>
 *
 * <p>Times are {@link System#nanoTime}'s. One thread at a time.
 */
final class SnapshotPace {
    static final int CHANGES_MIN = 1_000;
    static final int SHARE = 50;
    static final Duration QUIET_FIRST = Duration.ofSeconds(3);
    static final Duration QUIET_LONGEST = Duration.ofMinutes(30);
    static final Duration RETRY_FIRST = Duration.ofSeconds(30);
    static final Duration RETRY_LONGEST = Duration.ofMinutes(10);
    static final Duration AGE_MAX = Duration.ofDays(1);
    /** What inserting a vector takes, about. */
    private static final long INSERT_NANOS = 1_000_000;

    private long quietNanos = QUIET_FIRST.toNanos();
    private long retryNanos = RETRY_FIRST.toNanos();
    private long seen;
    private long lastChange;
    private long notBefore;
    private long begun;
    private long tookNanos;

    /** A graph that was published now. */
    SnapshotPace(long now) {
        this.lastChange = now;
        this.notBefore = now;
        this.begun = now;
    }

    /**
     * Whether a snapshot is due. To be asked every second or so.
     *
     * @param changes the graph's counter of changes
     * @param unsaved how many of these are in no snapshot
     * @param vectors in the graph
     */
    boolean due(long now, long changes, long unsaved, int vectors) {
        if (changes != seen) {
            seen = changes;
            lastChange = now;
        }
        if (now - notBefore < 0) {
            return false;
        }
        if (unsaved == 0) {
            return vectors > 0 && now - begun > AGE_MAX.toNanos();
        }
        return worthwhile(unsaved, vectors) || now - lastChange >= quietNanos;
    }

    private static boolean worthwhile(long unsaved, int vectors) {
        return unsaved >= Math.max(CHANGES_MIN, vectors / SHARE);
    }

    /** A snapshot was written that began {@code took} ago, with so many changes that no other had. */
    void written(long now, long took, long saved) {
        begun = now - took;
        tookNanos = took;
        retryNanos = RETRY_FIRST.toNanos();
        quietNanos = saved * INSERT_NANOS >= took
                ? QUIET_FIRST.toNanos()
                : Math.min(QUIET_LONGEST.toNanos(), 2 * quietNanos);
    }

    void failed(long now) {
        notBefore = now + retryNanos;
        retryNanos = Math.min(RETRY_LONGEST.toNanos(), 2 * retryNanos);
    }

    /** How long writing a snapshot took the last time; 0 if none was written yet. */
    long tookNanos() {
        return tookNanos;
    }
}
