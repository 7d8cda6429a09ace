package dev.freshet.ops.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A JSON array of objects, or one object, in batches of elements. */
final class JsonBatches implements RowBatches {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonParser parser;
    private final int maxRows;
    private boolean started;
    private boolean array;
    private boolean ended;
    private long element;

    JsonBatches(InputStream in, int maxRows) throws IOException {
        this.parser = MAPPER.createParser(in);
        this.maxRows = maxRows;
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public @Nullable RowBatch next() throws IOException {
        try {
            return read();
        } catch (JacksonException e) {
            String message = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new IOException(
                    "not valid JSON: " + message + " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + "); for one object per line pass --format ndjson",
                    e);
        }
    }

    private @Nullable RowBatch read() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long before = element;
        body.write('[');
        while (element - before < maxRows && body.size() < MAX_BYTES) {
            JsonNode node = nextElement();
            if (node == null) {
                break;
            }
            if (element > before) {
                body.write(',');
            }
            body.writeBytes(MAPPER.writeValueAsBytes(node));
            element++;
        }
        body.write(']');
        return element == before ? null : new RowBatch(body.toByteArray(), element - before, before);
    }

    private @Nullable JsonNode nextElement() throws IOException {
        if (ended) {
            return null;
        }
        JsonToken token = parser.nextToken();
        if (!started) {
            started = true;
            array = token == JsonToken.START_ARRAY;
            token = array ? parser.nextToken() : token;
        }
        if (token == null || (array && token == JsonToken.END_ARRAY)) {
            ended = true;
            if (array && parser.nextToken() != null) {
                throw new IOException("not valid JSON: more follows after the array's end");
            }
            return null;
        }
        return parser.readValueAsTree();
    }
}
