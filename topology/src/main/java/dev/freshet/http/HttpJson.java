package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How JSON is read and written at this edge: repeated keys and trailing text are refused, numbers keep their value, names are snake_case. */
final class HttpJson {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            .build();

    private static final JsonMapper STRICT_PARTS = STRICT.rebuild()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Reads {@code NaN} and {@code Infinity} too, so that they can be refused by what they are and where they stand. */
    private static final JsonMapper WITH_NON_NUMBERS_PARTS = STRICT_PARTS
            .rebuild()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private HttpJson() {}

    static byte[] write(Object value) {
        try {
            return STRICT.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
        }
    }

    /** The fields that a record has as JSON. */
    static Map<String, Object> fields(Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        STRICT.valueToTree(value).properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    /** Reads one JSON value. Throws {@code MALFORMED_JSON} with the line and column. */
    static JsonNode read(byte[] json) {
        try {
            JsonNode node = STRICT.readTree(json);
            if (node.isMissingNode()) {
                throw empty();
            }
            return node;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** Reads the JSON value that part of a text is; null if it is none. */
    static @Nullable JsonNode part(byte[] json, int from, int length) {
        try {
            JsonNode node = STRICT.readTree(json, from, length);
            return node.isMissingNode() ? null : node;
        } catch (IOException e) {
            return null;
        }
    }

    /** As {@link #read}, for bodies with vectors: {@code NaN} and {@code Infinity} are read as numbers, for the caller to refuse, and vectors as {@link VectorTree} says. */
    static JsonNode readWithNonNumbers(byte[] json) {
        return VectorTree.read(json);
    }

    /** A parser for bodies that are too long for a tree; {@code readValueAsTree} reads parts of it as {@link #read} does. */
    static JsonParser parser(byte[] json) throws IOException {
        return STRICT_PARTS.createParser(json);
    }

    /** As {@link #parser}, but reads {@code NaN} and {@code Infinity} too. */
    static JsonParser parserWithNonNumbers(byte[] json) throws IOException {
        return WITH_NON_NUMBERS_PARTS.createParser(json);
    }

    static FreshetException empty() {
        return new FreshetException(
                ErrorCode.MALFORMED_JSON, "the body is empty, a JSON object is expected (line 1, column 1)");
    }

    static FreshetException malformed(IOException e) {
        return new FreshetException(ErrorCode.MALFORMED_JSON, "the body is not valid JSON: " + reason(e), e);
    }

    /** What is wrong and where, without Jackson's own words about its settings. */
    static String reason(IOException e) {
        if (!(e instanceof JacksonException json)) {
            return e.getMessage() == null ? "unreadable bytes" : e.getMessage();
        }
        JsonLocation location = json.getLocation();
        String message = json.getOriginalMessage();
        int end = message.indexOf('\n');
        message = end < 0 ? message : message.substring(0, end);
        return location == null
                ? message
                : message + " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** A JSON type's name as users know it. */
    static String typeName(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case BOOLEAN, NUMBER, STRING, BINARY ->
                "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
            case NULL, MISSING -> "null";
        };
    }
}
