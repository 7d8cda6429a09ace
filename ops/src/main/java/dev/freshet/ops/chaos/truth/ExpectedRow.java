package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an index must hold of a row.
 *
 * @param partition where its image must be
 * @param from lowest offset of its version
 * @param last highest
 * @param chunks in their order; of a row that failed, none is told here
 * @param failed whether no index can take it
 * @param earlier if it failed: the chunks' texts of the versions before it, one of which may still be there
 */
record ExpectedRow(
        String key,
        int partition,
        long from,
        long last,
        List<Chunk> chunks,
        JsonNode metadata,
        boolean failed,
        List<List<String>> earlier) {
    ExpectedRow {
        chunks = List.copyOf(chunks);
        earlier = List.copyOf(earlier);
    }

    /** A chunk; the array is not to be changed. */
    record Chunk(int ordinal, String text, float[] vector) {
        String id(String rowKey) {
            return rowKey + "#" + ordinal;
        }
    }

    List<String> texts() {
        return chunks.stream().map(Chunk::text).toList();
    }
}
