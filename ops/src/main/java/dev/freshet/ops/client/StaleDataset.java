package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset with rows that wait to be embedded, or one that has none, as the server shows it.
 *
 * @param nextRefresh when its schedule refreshes it next; null if it has none
 * @param staleSince null, as the age, if nothing waits
 */
public record StaleDataset(
        String dataset,
        String refreshPolicy,
        @Nullable String nextRefresh,
        long pendingRows,
        @Nullable String staleSince,
        @Nullable Long oldestPendingAgeMs,
        @Nullable String lastEmbeddedAt,
        List<IndexLine> indexes) {
    public StaleDataset {
        indexes = List.copyOf(indexes);
    }

    /** One of its indexes. */
    public record IndexLine(
            String index,
            long pendingRows,
            @Nullable String staleSince,
            @Nullable Long oldestPendingAgeMs,
            @Nullable String lastEmbeddedAt) {}
}
