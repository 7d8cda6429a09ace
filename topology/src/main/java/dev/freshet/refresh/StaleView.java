package dev.freshet.refresh;

import java.time.Instant;
import java.util.List;

/** What waits to be embedded in this process. Thread-safe. */
public interface StaleView {
    /** The indexes with rows waiting. */
    List<StaleIndex> stale();

    /**
     * One index whose newest rows are not all searchable yet.
     *
     * @param staleSince when the oldest waiting change was written
     */
    record StaleIndex(long indexId, long datasetId, long pendingRows, Instant staleSince) {}
}
