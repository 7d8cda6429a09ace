package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

/** What the partitions of this process tell of themselves. Thread-safe. */
public record RefreshReports(StaleRegistry stale, LineageRegistry lineage) {
    public RefreshReports {
        requireNonNull(stale, "stale is null");
        requireNonNull(lineage, "lineage is null");
    }

    /** Forgets what a partition told: it is going to another task. */
    void forget(int partition) {
        stale.forget(partition);
        lineage.forget(partition);
    }
}
