package dev.freshet.search;

import java.util.List;

/** A row with all its chunks, of one moment. */
record StoredImage(String rowKey, StoredRow row, List<StoredChunk> chunks) {
    StoredImage {
        chunks = List.copyOf(chunks);
    }

    /** The row as callers see it. */
    RowView view(boolean includeVectors) {
        return new RowView(
                rowKey,
                row.version(),
                chunks.stream()
                        .map(chunk -> new RowView.ChunkView(
                                chunk.ordinal(), chunk.text(), includeVectors ? chunk.vector() : null))
                        .toList(),
                row.metadata(),
                row.failure(),
                row.source());
    }

    /** Of its chunks as they are stored. */
    int bytes() {
        return chunks.stream().mapToInt(chunk -> chunk.value().length).sum();
    }
}
