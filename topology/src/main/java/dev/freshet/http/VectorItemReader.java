package dev.freshet.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks {@code {"items": [{"id", "vector", "metadata"}]}}, whole, before any of it is used. A stream parser: as a tree, a body of
 * vectors takes up many times its size.
 */
final class VectorItemReader {
    private final JsonParser parser;
    private final int dimensions;
    private final Distance distance;

    private VectorItemReader(JsonParser parser, int dimensions, Distance distance) {
        this.parser = parser;
        this.dimensions = dimensions;
        this.distance = distance;
    }

    static List<VectorItem> read(byte[] body, int dimensions, Distance distance) throws IOException {
        try (JsonParser parser = HttpJson.parserWithNonNumbers(body)) {
            return new VectorItemReader(parser, dimensions, distance).body();
        } catch (JacksonException e) {
            throw HttpJson.malformed(e);
        }
    }

    private List<VectorItem> body() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("the body must be a JSON object with 'items'");
        }
        List<VectorItem> items = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (!parser.currentName().equals("items")) {
                throw new FreshetException(
                        ErrorCode.UNKNOWN_FIELD, "unknown field '" + parser.currentName() + "'; known are items");
            }
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw bad("'items' must be an array");
            }
            items = items();
        }
        if (parser.nextToken() != null) {
            throw new FreshetException(
                    ErrorCode.MALFORMED_JSON, "the body is not valid JSON: more follows after its end");
        }
        if (items == null) {
            throw bad("'items' is missing");
        }
        return items;
    }

    private List<VectorItem> items() throws IOException {
        List<VectorItem> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(item(items.size()));
        }
        return items;
    }

    private VectorItem item(int index) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw bad("item " + index + " must be an object");
        }
        String id = null;
        Components components = null;
        Map<String, @Nullable Object> metadata = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = id(index);
                case "vector" -> components = components(index);
                case "metadata" -> metadata = metadata(index);
                default ->
                    throw new FreshetException(
                            ErrorCode.UNKNOWN_FIELD,
                            "item " + index + " has the unknown field '" + field + "'; known are id, vector, metadata");
            }
        }
        if (id == null) {
            throw bad("item " + index + " has no 'id'");
        }
        String what = "item " + index + " (id '" + id + "')";
        if (components == null) {
            throw bad(what + " has no 'vector'");
        }
        return new VectorItem(id, check(what, components), metadata);
    }

    private String id(int index) throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            throw bad("item " + index + ": 'id' must be a string or an integer");
        }
        return ItemIds.check("item " + index, parser.getText());
    }

    /** A vector before it is checked. {@code badComponent} is the first of a JSON array that is no number, or -1. */
    private record Components(float[] values, long count, long badComponent, String badValue) {}

    private Components components(int index) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            float[] values = Base64Vectors.decode("item " + index, parser.getText());
            return new Components(values, values.length, -1, "");
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw bad("item " + index + ": 'vector' must be an array of numbers, or a string with their base64");
        }
        float[] values = new float[dimensions];
        long count = 0;
        long badComponent = -1;
        String badValue = "";
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                throw new FreshetException(ErrorCode.MALFORMED_JSON, "the body is not valid JSON: it ends early");
            }
            float value = token.isNumeric() ? (float) parser.getDoubleValue() : Float.NaN;
            if (!Float.isFinite(value) && badComponent < 0) {
                badComponent = count;
                badValue = shown(token);
            }
            if (count < dimensions) {
                values[(int) count] = value;
            }
            count++;
            parser.skipChildren();
        }
        return new Components(values, count, badComponent, badValue);
    }

    private String shown(JsonToken token) throws IOException {
        String text = parser.getText();
        String shortened = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return token == JsonToken.VALUE_STRING ? "the string \"" + shortened + "\"" : shortened;
    }

    private float[] check(String what, Components components) {
        if (components.count() != dimensions) {
            throw VectorCheck.wrongDimension(what, dimensions, components.count());
        }
        if (components.badComponent() >= 0) {
            throw VectorCheck.notANumber(what, components.badComponent(), components.badValue());
        }
        VectorCheck.checkFinite(what, components.values());
        VectorCheck.checkNorm(what, components.values(), distance);
        return components.values();
    }

    private Map<String, @Nullable Object> metadata(int index) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw bad("item " + index
                    + ": 'metadata' must be an object; leave it out to keep what is stored, {} clears it");
        }
        JsonNode node = parser.readValueAsTree();
        if (hasNonNumber(node)) {
            throw bad("item " + index + ": 'metadata' has a number that is NaN or infinite");
        }
        if (!Utf8.isWellFormed(node.toString())) {
            throw bad("item " + index + ": 'metadata' holds half a surrogate pair, which is no character");
        }
        return ColumnValues.fromJsonObject(node);
    }

    private static boolean hasNonNumber(JsonNode node) {
        if (node.isFloatingPointNumber() && !node.isBigDecimal()) {
            return !Double.isFinite(node.doubleValue());
        }
        for (JsonNode child : node) {
            if (hasNonNumber(child)) {
                return true;
            }
        }
        return false;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
