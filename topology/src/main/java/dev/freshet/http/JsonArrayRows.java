package dev.freshet.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows as a JSON array of objects, or one object. The syntax of the whole body is checked before the first row is given out. */
final class JsonArrayRows implements RowReader {
    private final JsonParser parser;
    private final boolean array;
    private long element;
    private boolean done;

    JsonArrayRows(byte[] body) throws IOException {
        checkSyntax(body);
        this.parser = HttpJson.parser(body);
        JsonToken first = parser.nextToken();
        this.array = first == JsonToken.START_ARRAY;
        if (!array && first != JsonToken.START_OBJECT) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    first == null
                            ? "the body is empty, must be a JSON array of objects, or one object"
                            : "the body must be a JSON array of objects, or one object");
        }
    }

    @Override
    public @Nullable InputRow next() throws IOException {
        try {
            return read();
        } catch (JacksonException e) {
            // The syntax was checked, but some limits (the length of a number) are those of reading values.
            throw HttpJson.malformed(e);
        }
    }

    private @Nullable InputRow read() throws IOException {
        if (done || (array && parser.nextToken() == JsonToken.END_ARRAY)) {
            done = true;
            return null;
        }
        done = !array;
        element++;
        JsonNode node = parser.readValueAsTree();
        return NdjsonRows.fromNode(element, node);
    }

    private static void checkSyntax(byte[] body) throws IOException {
        try (JsonParser check = HttpJson.parser(body)) {
            int depth = 0;
            boolean seen = false;
            for (JsonToken token = check.nextToken(); token != null; token = check.nextToken()) {
                if (depth == 0 && seen) {
                    throw new FreshetException(
                            ErrorCode.MALFORMED_JSON,
                            "the body is not valid JSON: more follows after its end (line "
                                    + check.currentTokenLocation().getLineNr() + "); for one object per line send"
                                    + " Content-Type: application/x-ndjson");
                }
                seen = true;
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
            }
        } catch (JacksonException e) {
            throw HttpJson.malformed(e);
        }
    }
}
