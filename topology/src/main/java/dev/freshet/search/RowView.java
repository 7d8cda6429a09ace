package dev.freshet.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as an index holds it.
 *
 * @param version see {@link dev.freshet.schemas.key.RowVersion}
 * @param metadata a JSON object
 * @param failure why this version could not be embedded (the chunks are then the last good version's); null if it was
 * @param source where this version came from; null if that is not known
 */
public record RowView(
        String rowKey,
        long version,
        List<ChunkView> chunks,
        String metadata,
        @Nullable RowFailure failure,
        @Nullable RowSource source) {
    public RowView {
        chunks = List.copyOf(chunks);
    }

    /** A row of which nobody knows where it came from. */
    public RowView(String rowKey, long version, List<ChunkView> chunks, String metadata, @Nullable RowFailure failure) {
        this(rowKey, version, chunks, metadata, failure, null);
    }

    /** One chunk; the vector is null unless it was asked for. */
    public record ChunkView(int ordinal, String text, float @Nullable [] vector) {}
}
