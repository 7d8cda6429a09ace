package dev.freshet.ops.chaos.truth;

import java.util.List;

/** Counts how often a search of the graph does not find a chunk by its own vector, which may happen, and not often. Thread-safe. */
final class GraphMisses {
    /** Of so many searches at least something can be said. */
    private static final int SEARCHES_MIN = 40;

    private long found;
    private long missed;

    synchronized void found(boolean exact) {
        found += exact ? 0 : 1;
    }

    synchronized void missed() {
        missed++;
    }

    /** A finding if too many were missed since this was last asked. */
    synchronized List<Finding> take() {
        long all = found + missed;
        if (all < SEARCHES_MIN) {
            return List.of();
        }
        boolean enough = found >= SearchComparison.RECALL_MIN * all;
        List<Finding> findings = enough
                ? List.of()
                : List.of(Finding.of(
                        Invariant.EXACT_SEARCH,
                        "the graph does not find rows by their own vectors while faults are at work",
                        missed + " of " + all + " searches"));
        found = 0;
        missed = 0;
        return findings;
    }
}
