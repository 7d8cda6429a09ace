package dev.freshet.search;

/**
 * A chunk as the store keeps it. The text and the vector are decoded when asked for: a search wants one text, a load wants every vector.
 *
 * @param value see {@link StoreFormat}
 */
record StoredChunk(int ordinal, byte[] value) {
    /** Whether the chunk is of this state of its row: then its text and vector go with the row's metadata. */
    boolean belongsTo(StoredRow row) {
        return StoreFormat.chunkVersion(value) == row.version() && StoreFormat.chunkRevision(value) == row.revision();
    }

    String text() {
        return StoreFormat.chunkText(value);
    }

    /** As the embedder or the caller gave it: not normalised. */
    float[] vector() {
        return StoreFormat.chunkVector(value);
    }
}
