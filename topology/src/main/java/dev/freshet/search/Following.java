package dev.freshet.search;

import java.util.OptionalInt;

/**
 * Whether a standby has caught up, so that it may answer.
 *
 * <p>A store that restores does not hold what any moment held: a compacted log lacks the older versions of rows that changed later, and where RocksDB is ahead of its offset (after a
 * crash), records are applied again and show rows as they were, deleted ones too. Both are over when everything has been restored that the log held at some moment after the
 * restoring began: RocksDB cannot have been further, and what was compacted away is superseded by what was restored. From then on the store runs through states that
 * the active one had some moments ago, and its watermark says which.
 *
 * <p>An active store that becomes a standby is caught up if it was answering, and stays so unless records are restored that it had processed already.
 *
 * <p>Thread-safe.
 */
final class Following {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private long reached = -1;
    private long target = UNKNOWN;
    private int life;
    private volatile boolean caughtUp;

    boolean caughtUp() {
        return caughtUp;
    }

    /** The store was opened or closed: nothing is known. */
    synchronized void reset() {
        life++;
        reached = -1;
        target = UNKNOWN;
        caughtUp = false;
    }

    /** The store is no longer that of an active task. */
    synchronized void deactivated(boolean answered) {
        caughtUp = answered;
    }

    /**
     * Restoring begins. If the caller is to tell the log's last record ({@link #target}), as it is from now on, there is a number for this restoring.
     *
     * @param next offset from which on records are restored
     * @param applied the newest record that the store has processed; -1 if it is not known
     */
    synchronized OptionalInt began(long next, long applied) {
        life++;
        if (caughtUp && next > applied) {
            return OptionalInt.empty();
        }
        caughtUp = false;
        reached = next - 1;
        target = UNKNOWN;
        return OptionalInt.of(life);
    }

    /** The log's last record at some moment after the restoring began; -1 if there is none. True if the store has caught up with it. */
    synchronized boolean target(int restoring, long last) {
        if (restoring == life) {
            target = last;
            look();
        }
        return caughtUp;
    }

    /** Whether this restoring goes on, and has no target yet. */
    synchronized boolean awaitsTarget(int restoring) {
        return restoring == life && target == UNKNOWN;
    }

    /** Everything up to this offset is restored, and in the graphs. True if this is when the store caught up. */
    synchronized boolean reached(long offset) {
        boolean before = caughtUp;
        reached = Math.max(reached, offset);
        look();
        return caughtUp && !before;
    }

    private void look() {
        if (target != UNKNOWN && reached >= target) {
            caughtUp = true;
        }
    }
}
