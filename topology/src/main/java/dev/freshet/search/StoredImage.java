package dev.freshet.search;

import java.util.List;

/** A row with all its chunks, of one moment. */
record StoredImage(String rowKey, StoredRow row, List<StoredChunk> chunks) {
    StoredImage {
        chunks = List.copyOf(chunks);
    }
}
