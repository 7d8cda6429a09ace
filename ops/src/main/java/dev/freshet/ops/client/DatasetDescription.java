package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as the server shows it.
 *
 * @param schedule five fields of a crontab; null, as the next two, if it has none
 * @param job brings changed columns to the stored rows; null unless the request that this answers started it
 */
public record DatasetDescription(
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        String refreshPolicy,
        @Nullable String schedule,
        @Nullable String timeZone,
        @Nullable String nextRefresh,
        @Nullable Long job,
        @Nullable StalenessLine staleness,
        List<IndexLine> indexes) {
    public DatasetDescription {
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        indexes = List.copyOf(indexes);
    }

    /** How far it is behind its rows. */
    public record StalenessLine(
            long pendingRows,
            @Nullable String staleSince,
            @Nullable Long oldestPendingAgeMs,
            @Nullable String lastEmbeddedAt) {}

    /** One of its indexes. */
    public record IndexLine(String name, @Nullable String model, int dimensions, String distance) {}
}
