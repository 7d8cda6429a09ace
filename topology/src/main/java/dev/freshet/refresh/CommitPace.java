package dev.freshet.refresh;

/**
 * When a task asks for its transaction to be committed: what was written is seen only then, and every commit costs the broker a round of markers in all
 * partitions that were written to.
 *
 * <ul>
 *   <li>As a rule at fixed moments, {@code everyMs} apart, so that the tasks of a thread ask at the same ones and share a commit; and when a task comes to rest.
 *   <li>Not while the task is <em>pressed</em>: as many rows are with the model as may be, so that each of them waits much longer for the model than for
 *       Streams' own, longer commit interval. Unless something was written that waited for no model, such as a deletion.
 *   <li>{@value #BEHIND_EVERY_MS} ms apart while the task is <em>behind</em>: what it reads was written {@value #BEHIND_MS} ms ago and more. Between two commits that follow each other closely,
 *       Streams takes one record per task. Where a commit takes longer than {@code everyMs}, a task that is behind would fall further behind, however fast it processes records.
 *   <li>Not if nothing was written.
 * </ul>
 *
 * <p>Used by the task's stream thread only.
 */
final class CommitPace {
    /** A row that waited so long for its turn is not much helped by a commit that comes at once. */
    static final long BEHIND_MS = 250;

    private static final long BEHIND_EVERY_MS = 200;

    private final long everyMs;
    private long moment;
    private boolean written;
    private boolean prompt;
    private boolean behind;

    /**
     * @param everyMs at least 1
     */
    CommitPace(long everyMs) {
        if (everyMs < 1) {
            throw new IllegalArgumentException("everyMs is " + everyMs + ", must be at least 1");
        }
        this.everyMs = everyMs;
    }

    /**
     * A record is processed.
     *
     * @param ageMs how long ago it was written; negative if its producer's clock is ahead
     */
    void read(long ageMs) {
        behind = ageMs >= BEHIND_MS;
    }

    /** The transaction has something. */
    void written() {
        written = true;
    }

    /** The transaction has something that must not wait for rows that wait for the model. */
    void writtenAtOnce() {
        written = true;
        prompt = true;
    }

    /**
     * Whether to ask now. Whoever is told so asks.
     *
     * @param now wall clock, in ms
     * @param resting the task has nothing more to do; of one that is behind it says nothing, as more may come at once
     */
    boolean due(long now, boolean pressed, boolean resting) {
        long reached = now - now % (behind ? Math.max(everyMs, BEHIND_EVERY_MS) : everyMs);
        boolean passed = reached > moment;
        moment = Math.max(moment, reached);
        if (!written || !((resting && !behind) || (passed && (prompt || !pressed)))) {
            return false;
        }
        written = false;
        prompt = false;
        return true;
    }
}
