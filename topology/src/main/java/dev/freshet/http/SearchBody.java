package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Filter;
import dev.freshet.search.SearchRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST …/search}, checked against the index: one search, or several in {@code queries}.
 *
 * @param requests in the order of the queries, all with the same timeout, which is for all of them together; exactly one unless it is a batch
 * @param batch whether the body has {@code queries}
 */
record SearchBody(List<SearchRequest> requests, boolean batch) {
    static final int MAX_K = 1_000;
    static final int MAX_EF = 10_000;
    static final int QUERIES_MAX = 100;
    static final int DEFAULT_K = 10;
    /** Most results that the queries of one batch may ask for together: all of them are held until the last is there. */
    static final int BATCH_RESULTS_MAX = 10_000;

    private static final List<String> QUERY_FIELDS = List.of(
            "text", "vector", "k", "ef", "exact", "filter", "score_threshold", "group_by_row", "include_vector");
    private static final List<String> COMMON_FIELDS = List.of("min_positions", "require_complete", "timeout_ms");
    private static final List<String> FIELDS =
            Stream.concat(QUERY_FIELDS.stream(), COMMON_FIELDS.stream()).toList();
    private static final List<String> ONE_OR_BATCH_FIELDS =
            Stream.concat(FIELDS.stream(), Stream.of("queries")).toList();
    private static final List<String> BATCH_FIELDS =
            Stream.concat(Stream.of("queries"), COMMON_FIELDS.stream()).toList();

    SearchBody {
        requests = List.copyOf(requests);
    }

    /** What all searches of a body have in common. */
    private record Common(Map<Integer, Long> minPositions, boolean requireComplete, Duration timeout) {
        static Common read(JsonFields fields, Duration defaultTimeout) {
            Integer timeoutMs = fields.integer("timeout_ms", 1, Waiting.MAX_TIMEOUT_MS);
            return new Common(
                    positions(fields.any("min_positions")),
                    fields.flag("require_complete", false),
                    timeoutMs == null ? defaultTimeout : Duration.ofMillis(timeoutMs));
        }
    }

    /** Whether a body, which need not be a valid one, asks to wait for positions. */
    static boolean waits(JsonNode body) {
        return !body.path("min_positions").isEmpty();
    }

    static SearchBody read(JsonNode body, IndexDefinition index, Duration defaultTimeout) {
        return body.hasNonNull("queries")
                ? readBatch(body, index, defaultTimeout)
                : readOne(body, index, defaultTimeout);
    }

    private static SearchBody readOne(JsonNode body, IndexDefinition index, Duration defaultTimeout) {
        JsonFields fields = JsonFields.of(body, ONE_OR_BATCH_FIELDS);
        return new SearchBody(List.of(request(fields, index, Common.read(fields, defaultTimeout))), false);
    }

    private static SearchBody readBatch(JsonNode body, IndexDefinition index, Duration defaultTimeout) {
        for (String field : QUERY_FIELDS) {
            if (body.has(field)) {
                throw bad("'" + field + "' stands beside 'queries'; give it in each of them");
            }
        }
        JsonFields fields = JsonFields.of(body, BATCH_FIELDS);
        Common common = Common.read(fields, defaultTimeout);
        JsonNode queries = fields.requiredArray("queries");
        if (queries.isEmpty() || queries.size() > QUERIES_MAX) {
            throw bad("'queries' has " + queries.size() + " searches, must have 1 to " + QUERIES_MAX);
        }
        List<SearchRequest> requests = new ArrayList<>(queries.size());
        for (JsonNode query : queries) {
            InBatch.at(requests.size(), () -> {
                if (!query.isObject()) {
                    throw bad("is " + HttpJson.typeName(query) + ", must be an object");
                }
                return requests.add(request(JsonFields.of(query, QUERY_FIELDS), index, common));
            });
        }
        int results = requests.stream().mapToInt(SearchRequest::k).sum();
        if (results > BATCH_RESULTS_MAX) {
            throw bad("'queries' ask for " + results + " results together (the sum of their 'k'), may ask for "
                    + BATCH_RESULTS_MAX + ": make 'k' smaller, or send them in several calls");
        }
        return new SearchBody(requests, true);
    }

    /** The same with each search changed. */
    SearchBody with(UnaryOperator<SearchRequest> change) {
        return new SearchBody(requests.stream().map(change).toList(), batch);
    }

    private static SearchRequest request(JsonFields fields, IndexDefinition index, Common common) {
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
        JsonNode filter = fields.any("filter");
        return new SearchRequest(
                index.id(),
                text,
                text == null ? vector(fields, index) : null,
                k,
                ef,
                exact,
                fields.number("score_threshold"),
                fields.flag("group_by_row", false),
                fields.flag("include_vector", false),
                filter == null ? null : Filter.parse(filter),
                common.minPositions(),
                common.requireComplete(),
                common.timeout());
    }

    private static Map<Integer, Long> positions(@Nullable JsonNode given) {
        if (given == null) {
            return Map.of();
        }
        if (!given.isObject()) {
            throw bad("'min_positions' is " + HttpJson.typeName(given)
                    + ", must be an object of partitions and offsets, like 'positions' in the answer to a write");
        }
        Map<Integer, Long> positions = new HashMap<>();
        for (Map.Entry<String, JsonNode> position : given.properties()) {
            String partition = position.getKey();
            JsonNode offset = position.getValue();
            if (!partition.matches("0|[1-9][0-9]{0,8}")) {
                throw bad("'min_positions' names '" + partition + "', which is no number of a partition");
            }
            if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0) {
                throw bad(
                        "'min_positions." + partition + "' is " + offset + ", must be an offset, which is at least 0");
            }
            positions.put(Integer.valueOf(partition), offset.longValue());
        }
        return positions;
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

    private static float[] vector(JsonFields fields, IndexDefinition index) {
        JsonNode given = fields.any("vector");
        float[] vector = given instanceof POJONode read && read.getPojo() instanceof float[] floats
                ? floats
                : given != null && given.isTextual()
                        ? Base64Vectors.decode("'vector'", given.textValue())
                        : components(fields.requiredArray("vector"), index);
        requireDimension(vector.length, index);
        VectorCheck.checkFinite("'vector'", vector);
        VectorCheck.checkNorm("'vector'", vector, index.distance());
        return vector;
    }

    private static float[] components(JsonNode array, IndexDefinition index) {
        requireDimension(array.size(), index);
        float[] vector = new float[array.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode component = array.get(i);
            vector[i] = component.isNumber() ? component.floatValue() : Float.NaN;
            if (!Float.isFinite(vector[i])) {
                throw VectorCheck.notANumber(
                        "'vector'", i, component.isNumber() ? component.asText() : HttpJson.typeName(component));
            }
        }
        return vector;
    }

    private static void requireDimension(int components, IndexDefinition index) {
        if (components != index.dimensions()) {
            throw VectorCheck.wrongDimension("'vector'", index.dimensions(), components);
        }
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
