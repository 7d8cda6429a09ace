package dev.freshet.search;

import java.util.List;

/** A row with all its chunks, of one moment. */
record StoredImage(String rowKey, StoredRow row, List<StoredChunk> chunks) {
    StoredImage {
        chunks = List.copyOf(chunks);
    }

    /** Of its chunks as they are stored. */
    int bytes() {
        return chunks.stream().mapToInt(chunk -> chunk.value().length).sum();
    }
}
