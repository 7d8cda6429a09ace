package dev.freshet.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;

/**
 * Reads the body of a search as a tree, and its vectors ({@code vector}, and that of each of {@code queries}) as doubles: exact decimals are slow to read and slower to
 * convert, and a search has hundreds. What no 32-bit number can hold stays the decimal that it was, for messages.
 */
final class VectorTree {
    private static final String VECTOR = "vector";
    private static final String QUERIES = "queries";

    private final JsonParser parser;

    private VectorTree(JsonParser parser) {
        this.parser = parser;
    }

    /** Throws {@code MALFORMED_JSON} with the line and column. */
    static JsonNode read(byte[] json) {
        JsonNode quick = QuickBody.read(json);
        return quick == null ? readThoroughly(json) : quick;
    }

    /** As above, whatever the body looks like. */
    static JsonNode readThoroughly(byte[] json) {
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

    private ArrayNode vector() throws IOException {
        ArrayNode vector = JsonNodeFactory.instance.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_NUMBER_FLOAT && Float.isFinite((float) parser.getDoubleValue())) {
                vector.add(parser.getDoubleValue());
            } else {
                vector.add(parser.<JsonNode>readValueAsTree());
            }
        }
        return vector;
    }
}
