package dev.freshet.embed.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.freshet.embed.remote.EmbeddingApi.BadAnswerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON as providers write it. NaN and Infinity, which are no JSON but are sent by some, are read, so that they can be named in the error. */
final class ProviderJson {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(new SimpleModule().addDeserializer(float[].class, new NumbersOnly()))
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final int MESSAGE_MAX = 300;
    private static final int ERROR_BODY_MAX = 64 * 1024;

    private ProviderJson() {}

    static <T> T read(byte[] body, Class<T> type) throws IOException, BadAnswerException {
        T value;
        try {
            value = MAPPER.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new BadAnswerException(
                    "the answer is not the JSON that the API promises: " + shortened(e.getOriginalMessage()));
        }
        if (value == null) {
            throw new BadAnswerException("the answer is null");
        }
        return value;
    }

    /** What an answer that is an error says: the message in the places where the APIs put it, else the beginning of the body. */
    static String errorMessage(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, ERROR_BODY_MAX), StandardCharsets.UTF_8);
        try {
            JsonNode root = MAPPER.readTree(text);
            if (root != null) {
                for (JsonNode node : new JsonNode[] {
                    root.path("error").path("message"), root.path("error"), root.path("message"), root.path("detail")
                }) {
                    if (node.isTextual()) {
                        return shortened(node.textValue());
                    }
                }
            }
        } catch (JsonProcessingException e) {
            return shortened(text); // A proxy's page, say: its beginning is all there is to show.
        }
        return shortened(text);
    }

    static String shortened(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX) + "…";
    }
}
