package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as an index holds it.
 *
 * @param version the change that is shown
 * @param failure why this version could not be embedded (the chunks are then the last good version's)
 * @param source where this version came from; null if nobody said
 */
record ItemInfo(
        String row,
        String index,
        Version version,
        List<Chunk> chunks,
        @JsonRawValue String metadata,
        @Nullable Failure failure,
        @Nullable SourceInfo source) {

    /** Epoch and offset in the rows topic. */
    record Version(int epoch, long offset) {}

    /** A chunk; the text is empty in a direct index, the vector absent unless asked for. */
    record Chunk(String id, int ordinal, String text, float @Nullable [] vector) {}

    /** Why a version cannot be embedded. */
    record Failure(String code, String message) {}

    static ItemInfo of(IndexDefinition index, RowView view) {
        RowFailure failure = view.failure();
        return new ItemInfo(
                view.rowKey(),
                index.name(),
                new Version(RowVersion.epoch(view.version()), RowVersion.offset(view.version())),
                view.chunks().stream()
                        .map(chunk -> new Chunk(
                                view.rowKey() + "#" + chunk.ordinal(), chunk.ordinal(), chunk.text(), chunk.vector()))
                        .toList(),
                view.metadata(),
                failure == null ? null : new Failure(failure.code(), failure.message()),
                SourceInfo.of(view.source(), view.rowKey()));
    }
}
