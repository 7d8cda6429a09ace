package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index as the server shows it.
 *
 * @param status {@code building}, {@code restoring}, {@code stale}, {@code unknown} or {@code ready}
 * @param pendingRows null if it cannot be told
 * @param job the job that fills it; null if none does
 * @param aliases that point at it
 */
public record IndexDescription(
        String name,
        String source,
        @Nullable ModelLine model,
        int dimensions,
        String distance,
        String engine,
        String quantization,
        boolean vectorsOnDisk,
        long rows,
        long vectors,
        long tombstones,
        @Nullable Long pendingRows,
        @Nullable String staleSince,
        String status,
        @Nullable Long job,
        List<String> aliases) {
    public IndexDescription {
        aliases = List.copyOf(aliases);
    }

    /** Its model. */
    public record ModelLine(String name, String version) {}
}
