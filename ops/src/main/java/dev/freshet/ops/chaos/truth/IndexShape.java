package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an index is made of.
 *
 * @param direct whether callers bring its vectors; then {@code chunkSize} and {@code overlap} are 0
 * @param metadataColumns null: all that are not text columns
 */
record IndexShape(
        long id,
        String name,
        long datasetId,
        String dataset,
        boolean direct,
        int dimensions,
        int chunkSize,
        int overlap,
        List<String> textColumns,
        @Nullable List<String> metadataColumns) {
    IndexShape {
        textColumns = List.copyOf(textColumns);
        metadataColumns = metadataColumns == null ? null : List.copyOf(metadataColumns);
    }

    /** From what the API says of a dataset and of one of its indexes. */
    static IndexShape of(JsonNode dataset, JsonNode index) {
        JsonNode metadata = dataset.path("metadata_columns");
        return new IndexShape(
                index.path("id").asLong(),
                index.path("name").asText(),
                dataset.path("id").asLong(),
                dataset.path("name").asText(),
                dataset.path("direct").asBoolean(),
                index.path("dimensions").asInt(),
                index.path("chunk_size").asInt(),
                index.path("overlap").asInt(),
                texts(dataset.path("text_columns")),
                metadata.isArray() ? texts(metadata) : null);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
