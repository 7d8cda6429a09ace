package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.SearchRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST …/search}, checked against the index. */
record SearchBody(SearchRequest request) {
    private static final List<String> FIELDS = List.of(
            "text", "vector", "k", "ef", "exact", "score_threshold", "group_by_row", "include_vector", "timeout_ms");
    static final int MAX_K = 1_000;
    static final int MAX_EF = 10_000;
    private static final int DEFAULT_K = 10;

    static SearchBody read(JsonNode body, IndexDefinition index, Duration defaultTimeout) {
        JsonFields fields = JsonFields.of(body, FIELDS);
        String text = text(fields, index);
        Integer givenK = fields.integer("k", 1, MAX_K);
        int k = givenK == null ? DEFAULT_K : givenK;
        boolean exact = fields.flag("exact", false);
        Integer ef = fields.integer("ef", 1, MAX_EF);
        if (ef != null && exact) {
            throw bad("'ef' is for searches of the graph, an 'exact' one looks at every vector; give one of them");
        }
        if (ef != null && ef < k) {
            throw bad("'ef' is " + ef + ", must be at least 'k', which is " + k);
        }
        Integer timeoutMs = fields.integer("timeout_ms", 1, Waiting.MAX_TIMEOUT_MS);
        return new SearchBody(new SearchRequest(
                index.id(),
                text,
                text == null ? vector(fields.requiredArray("vector"), index) : null,
                k,
                ef,
                exact,
                fields.number("score_threshold"),
                fields.flag("group_by_row", false),
                fields.flag("include_vector", false),
                null,
                Map.of(),
                false,
                timeoutMs == null ? defaultTimeout : Duration.ofMillis(timeoutMs)));
    }

    private static @Nullable String text(JsonFields fields, IndexDefinition index) {
        String text = fields.text("text");
        boolean vector = fields.has("vector");
        if ((text != null) == vector) {
            throw bad("a search takes either 'text' or 'vector', " + (vector ? "not both" : "and neither is given"));
        }
        if (text != null && index.direct()) {
            throw bad("the index '" + index.name()
                    + "' has no model to embed 'text' with: its vectors are brought by callers; pass 'vector' with "
                    + index.dimensions() + " components");
        }
        if (text != null && text.isBlank()) {
            throw bad("'text' is empty");
        }
        return text;
    }

    private static float[] vector(JsonNode array, IndexDefinition index) {
        if (array.size() != index.dimensions()) {
            throw VectorCheck.wrongDimension("'vector'", index.dimensions(), array.size());
        }
        float[] vector = new float[array.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode component = array.get(i);
            vector[i] = component.isNumber() ? component.floatValue() : Float.NaN;
            if (!Float.isFinite(vector[i])) {
                throw VectorCheck.notANumber(
                        "'vector'", i, component.isNumber() ? component.asText() : HttpJson.typeName(component));
            }
        }
        VectorCheck.checkNorm("'vector'", vector, index.distance());
        return vector;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
