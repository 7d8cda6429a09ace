package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.catalog.SearchDefaults;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/vectors/profile/{id}/search}.
 *
 * @param dataset the dataset to search; null if the body names none
 * @param index the index or alias to search; null if the body names none
 * @param search what is left: the body of a search
 */
record ProfileSearchBody(@Nullable String dataset, @Nullable String index, ObjectNode search) {
    private static final List<String> SCOPE = List.of("dataset", "index");

    static ProfileSearchBody read(byte[] body) {
        JsonNode json = HttpJson.readWithNonNumbers(body);
        if (!(json instanceof ObjectNode search)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "the body is " + HttpJson.typeName(json) + ", must be a JSON object");
        }
        ObjectNode scope = JsonNodeFactory.instance.objectNode();
        for (String field : SCOPE) {
            JsonNode value = search.remove(field);
            if (value != null) {
                scope.set(field, value);
            }
        }
        JsonFields fields = JsonFields.of(scope, SCOPE);
        return new ProfileSearchBody(fields.text("dataset"), fields.text("index"), search);
    }

    /** The search, with the profile's defaults where it is silent; of several {@code queries}, with them in each. */
    ObjectNode completed(SearchDefaults defaults) {
        ObjectNode whole = search.deepCopy();
        if (whole.path("queries").isArray()) {
            whole.path("queries").forEach(query -> complete(query, defaults));
        } else {
            complete(whole, defaults);
        }
        return whole;
    }

    /** A default gives way to what the request says: to a larger k (also the one that a search without k takes), a smaller ef, and ef to an exact search. */
    private static void complete(JsonNode query, SearchDefaults defaults) {
        if (!(query instanceof ObjectNode object)) {
            return; // Refused when it is read.
        }
        Integer k = defaults.k();
        if (k != null && !object.hasNonNull("k")) {
            object.put("k", Math.min(k, integer(object, "ef").orElse(k)));
        }
        Integer ef = defaults.ef();
        if (ef != null && !object.hasNonNull("ef") && !object.path("exact").asBoolean(false)) {
            object.put("ef", Math.max(ef, integer(object, "k").orElse(SearchBody.DEFAULT_K)));
        }
        Double threshold = defaults.scoreThreshold();
        if (threshold != null && !object.hasNonNull("score_threshold")) {
            object.put("score_threshold", threshold);
        }
        Boolean grouped = defaults.groupByRow();
        if (grouped != null && !object.hasNonNull("group_by_row")) {
            object.put("group_by_row", grouped);
        }
    }

    private static OptionalInt integer(ObjectNode object, String field) {
        JsonNode value = object.path(field);
        return value.isIntegralNumber() && value.canConvertToInt()
                ? OptionalInt.of(value.intValue())
                : OptionalInt.empty();
    }
}
