package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.serde.VectorBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A row as a listing or the vectors topic has it.
 *
 * @param partition where its image stands; -1 if that is not told
 * @param version the offset of its change
 * @param failure the code of why this version could not be embedded; empty if it could
 */
record FoundRow(String key, int partition, long version, List<Chunk> chunks, JsonNode metadata, String failure) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    FoundRow {
        chunks = List.copyOf(chunks);
    }

    /** An item of a listing with its vectors. */
    static FoundRow of(JsonNode item) {
        List<Chunk> chunks = new ArrayList<>();
        for (JsonNode chunk : item.path("chunks")) {
            chunks.add(new Chunk(
                    chunk.path("ordinal").asInt(-1), chunk.path("text").asText(), vector(chunk.path("vector"))));
        }
        return new FoundRow(
                item.path("row").asText(),
                -1,
                item.path("version").path("offset").asLong(-1),
                chunks,
                item.path("metadata"),
                item.path("failure").path("code").asText());
    }

    /** An image of the vectors topic. */
    static FoundRow of(int partition, RowImage image) {
        List<Chunk> chunks = new ArrayList<>();
        for (dev.freshet.schemas.avro.Chunk chunk : image.getChunks()) {
            chunks.add(new Chunk(chunk.getOrdinal(), chunk.getText(), VectorBytes.decode(chunk.getVector())));
        }
        return new FoundRow(
                image.getRowKey(),
                partition,
                RowVersion.offset(image.getVersion()),
                chunks,
                json(image.getMetadata()),
                image.getFailure() == null ? "" : image.getFailure().getCode());
    }

    List<String> texts() {
        return chunks.stream().map(Chunk::text).toList();
    }

    private static float[] vector(JsonNode array) {
        float[] vector = new float[array.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) array.get(i).asDouble();
        }
        return vector;
    }

    /** What is no JSON is missing, which equals no metadata. */
    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
