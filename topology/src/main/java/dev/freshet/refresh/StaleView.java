package dev.freshet.refresh;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How fresh the indexes are, as far as can be told: a process knows of the partitions whose rows it takes, and may ask others about theirs. Thread-safe. */
public interface StaleView {
    /** What is known at this moment, for callers that look at it twice. May take as long as it takes to ask other processes. */
    default StaleView now() {
        return this;
    }

    /** All indexes that are known in these partitions, in the order of their ids; those that wait for nothing as well. */
    List<IndexFreshness> freshness();

    /** The partitions that {@link #freshness} tells of. */
    Set<Integer> partitions();

    /**
     * How fresh one index is.
     *
     * @param pendingRows rows that wait to be embedded
     * @param staleSince since when rows wait, or may wait because the stored rows are being looked through; null: the index has everything
     * @param oldestPending when the oldest change that the index lacks was written; null: it lacks none that is known
     * @param lastEmbedded when a newly embedded text last left for the index; null: none ever did
     */
    record IndexFreshness(
            long indexId,
            long datasetId,
            long pendingRows,
            @Nullable Instant staleSince,
            @Nullable Instant oldestPending,
            @Nullable Instant lastEmbedded) {
        public IndexFreshness {
            if (pendingRows < 0) {
                throw new IllegalArgumentException("pendingRows is " + pendingRows);
            }
        }
    }
}
