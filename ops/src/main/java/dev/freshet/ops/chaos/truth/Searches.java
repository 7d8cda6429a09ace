package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import java.util.Random;

/** Bodies of searches. */
final class Searches {
    private Searches() {}

    static ObjectNode byVector(float[] vector, int k, boolean exact) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode components = body.putArray("vector");
        for (float component : vector) {
            components.add(component);
        }
        return body.put("k", k).put("exact", exact);
    }

    static ObjectNode byText(String text, int k, boolean exact) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("text", text)
                .put("k", k)
                .put("exact", exact);
    }

    /** By the chunk's text or by its vector, if it has a text. */
    static ObjectNode byChunk(Chunk chunk, int k, boolean exact, Random random) {
        return chunk.text().isEmpty() || random.nextInt(3) > 0
                ? byVector(chunk.vector(), k, exact)
                : byText(chunk.text(), k, exact);
    }

    /** Has a search wait until it reflects a change. */
    static ObjectNode from(ObjectNode body, int partition, long offset, int timeoutMs) {
        body.putObject("min_positions").put(String.valueOf(partition), offset);
        return body.put("timeout_ms", timeoutMs);
    }

    static String path(String index) {
        return "/v1/vectors/index/" + index + "/search";
    }

    /** A direction, none more likely than others. */
    static float[] direction(Random random, int dimensions) {
        float[] vector = new float[dimensions];
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += (double) vector[i] * vector[i];
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(squares));
        }
        return vector;
    }
}
