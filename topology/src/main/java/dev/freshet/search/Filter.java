package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.List;

/**
 * A condition on the metadata of rows. Immutable.
 *
 * <pre>
 * filter := {operator: operand, …}                   every operator must hold; there is at least one
 * eq, ne                := {field: value, …}         every field must hold; there is at least one
 * in, nin               := {field: [value, …], …}    1 to {@value FilterParser#VALUES_MAX} values
 * gt, gte, lt, lte      := {field: number or string, …}
 * exists                := {field: true or false, …}
 * and, or               := [filter, …]               at least one
 * not                   := filter
 * value                 := string, number or boolean
 * field                 := name ("." name)*          "\." and "\\" in a name stand for a dot and a backslash
 * </pre>
 *
 * <ul>
 *   <li><b>Numbers</b> compare by value, exactly, however they are written: 1, 1.0 and 1e0 are equal, 2^53 and 2^53 + 1 are not. <b>Strings</b> compare by code point; times in ISO 8601 in one zone
 *       therefore by time. Values of different types are neither equal nor greater nor less.
 *   <li><b>Arrays</b>: a comparison holds if it holds for any element. A path goes through arrays of objects.
 *   <li><b>Missing</b>: null, an empty array and one of nulls alone are as if the field were not there. Then no comparison holds.
 *   <li>{@code ne}, {@code nin} and {@code not} hold exactly where {@code eq}, {@code in} and the filter within do not: also where the field is missing.
 *   <li>At most {@value FilterParser#DEPTH_MAX} filters within each other, and {@value FilterParser#CONDITIONS_MAX} fields.
 * </ul>
 */
public final class Filter {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final String json;
    private final Condition condition;

    private Filter(String json, Condition condition) {
        this.json = json;
        this.condition = condition;
    }

    /** Reads a filter. Throws {@link FreshetException} with {@code INVALID_FILTER} that names the place, as in {@code filter.and[1].eq}. */
    public static Filter parse(String json) {
        return parse(read(json));
    }

    /** As {@link #parse(String)}, of JSON that was read already: strictly, and with all digits of its numbers. */
    public static Filter parse(JsonNode node) {
        requireNonNull(node, "node is null");
        return new Filter(node.toString(), FilterParser.parse(node));
    }

    /**
     * Reads what {@link #json} gave in another process: a filter, or two that were {@linkplain #and joined}, for which the limits of one are too narrow. Throws as
     * {@link #parse(String)} does.
     */
    public static Filter received(String json) {
        JsonNode node = read(json);
        return new Filter(node.toString(), FilterParser.parseJoined(node));
    }

    private static JsonNode read(String json) {
        requireNonNull(json, "json is null");
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new FreshetException(
                    ErrorCode.INVALID_FILTER, "'filter' is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A filter that holds where both do, each of which was read by itself: they share no limit, so that neither can make the other one be refused. */
    public Filter and(Filter other) {
        return new Filter(
                "{\"and\":[" + json + "," + other.json + "]}", new Condition.All(List.of(condition, other.condition)));
    }

    /** As JSON, without white space: {@link #received} of it gives an equal filter. */
    public String json() {
        return json;
    }

    /** Whether the filter holds for the metadata that the reader was set to. */
    boolean holds(FieldReader metadata) {
        return condition.holds(metadata);
    }

    /** Whether the filter holds for metadata, one JSON object. */
    boolean holds(String metadata) {
        return holds(new FieldReader().of(MetadataFields.encode(metadata)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filter filter && json.equals(filter.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return json;
    }
}
