package dev.freshet.refresh;

/**
 * When a task asks for its transaction to be committed: what was written is seen only then, and every commit costs the broker a round of markers in all
 * partitions that were written to.
 *
 * <ul>
 *   <li>As a rule at fixed moments, {@code everyMs} apart, so that the tasks of a thread ask at the same ones and share a commit; and when a task comes to rest.
 *   <li>Not while the task is <em>pressed</em>: as many rows are with the model as may be, so that each of them waits much longer for the model than for
 *       Streams' own, longer commit interval. Unless something was written that waited for no model, such as a deletion.
 *   <li>Not if nothing was written.
 * </ul>
 *
 * <p>Used by the task's stream thread only.
 */
final class CommitPace {
    private final long everyMs;
    private long moment;
    private boolean written;
    private boolean prompt;

    /**
     * @param everyMs at least 1
     */
    CommitPace(long everyMs) {
        if (everyMs < 1) {
            throw new IllegalArgumentException("everyMs is " + everyMs + ", must be at least 1");
        }
        this.everyMs = everyMs;
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
     * @param resting the task has nothing more to do
     */
    boolean due(long now, boolean pressed, boolean resting) {
        long reached = now / everyMs;
        boolean passed = reached != moment;
        moment = reached;
        if (!written || !(resting || (passed && (prompt || !pressed)))) {
            return false;
        }
        written = false;
        prompt = false;
        return true;
    }
}
