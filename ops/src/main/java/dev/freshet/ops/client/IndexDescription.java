package dev.freshet.ops.client;

import org.jspecify.annotations.Nullable;

/** An index as the server shows it. */
public record IndexDescription(
        String name,
        String source,
        @Nullable ModelLine model,
        int dimensions,
        String distance,
        long rows,
        long vectors,
        long tombstones,
        long pendingRows,
        String status) {
    /** Its model. */
    public record ModelLine(String name, String version) {}
}
