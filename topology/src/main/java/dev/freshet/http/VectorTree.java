package dev.freshet.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the body of a search as a tree, and its vectors ({@code vector}, and that of each of {@code queries}) as {@code float[]}: a node for each of hundreds of
 * components takes longer than to read them. A vector with a component that is no 32-bit number stays the array that it was, for messages.
 */
final class VectorTree {
    private static final String VECTOR = "vector";
    private static final String QUERIES = "queries";
    /** Of most models; a vector may have more. */
    private static final int DIMENSIONS = 1_024;

    private final JsonParser parser;

    private VectorTree(JsonParser parser) {
        this.parser = parser;
    }

    /** Throws {@code MALFORMED_JSON} with the line and column. */
    static JsonNode read(byte[] json) {
        try (JsonParser parser = HttpJson.parserWithNonNumbers(json)) {
            return new VectorTree(parser).body();
        } catch (IOException e) {
            throw HttpJson.malformed(e);
        }
    }

    private JsonNode body() throws IOException {
        if (parser.nextToken() == null) {
            throw HttpJson.empty();
        }
        JsonNode body = parser.currentToken() == JsonToken.START_OBJECT ? object(true) : parser.readValueAsTree();
        if (parser.nextToken() != null) {
            throw new FreshetException(
                    ErrorCode.MALFORMED_JSON,
                    "the body is not valid JSON: more follows after its end (line "
                            + parser.currentTokenLocation().getLineNr() + ", column "
                            + parser.currentTokenLocation().getColumnNr() + ")");
        }
        return body;
    }

    private ObjectNode object(boolean outermost) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value != JsonToken.START_ARRAY) {
                object.set(name, parser.readValueAsTree());
            } else if (name.equals(VECTOR)) {
                object.set(name, vector());
            } else if (outermost && name.equals(QUERIES)) {
                object.set(name, queries());
            } else {
                object.set(name, parser.readValueAsTree());
            }
        }
        return object;
    }

    private ArrayNode queries() throws IOException {
        ArrayNode queries = JsonNodeFactory.instance.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            queries.add(token == JsonToken.START_OBJECT ? object(false) : parser.readValueAsTree());
        }
        return queries;
    }

    /** The components as {@code float[]}; if any is no number that fits one, the array as it was. */
    private JsonNode vector() throws IOException {
        float[] components = new float[DIMENSIONS];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            // As double: Jackson cannot show as a decimal what it was asked for as float.
            float component = token.isNumeric() ? (float) parser.getDoubleValue() : Float.NaN;
            if (!Float.isFinite(component)) {
                return mixed(components, count);
            }
            if (count == components.length) {
                components = Arrays.copyOf(components, 2 * count);
            }
            components[count] = component;
            count++;
        }
        return new POJONode(Arrays.copyOf(components, count));
    }

    /** The array of which the first {@code count} components are read, and the parser stands at the next. */
    private ArrayNode mixed(float[] components, int count) throws IOException {
        ArrayNode vector = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            vector.add(components[i]);
        }
        for (JsonToken token = parser.currentToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            vector.add(parser.<JsonNode>readValueAsTree());
        }
        return vector;
    }
}
