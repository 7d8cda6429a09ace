package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.FreshetException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that may be anything, as what they can be read as: a JSON object, text, or base64. At most one is there; none for bytes that are not there.
 */
record ShownBytes(
        @Nullable JsonNode json,
        @Nullable String text,
        @Nullable String base64) {
    /** JSON if it is an object, else as {@link #text}. */
    static ShownBytes of(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > 0 && bytes[0] == '{') {
            try {
                return new ShownBytes(HttpJson.read(bytes), null, null);
            } catch (FreshetException e) {
                return text(bytes); // Only looks like JSON.
            }
        }
        return text(bytes);
    }

    /** Text if the bytes are UTF-8 without control characters but white space, else base64. */
    static ShownBytes text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return new ShownBytes(null, null, null);
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
                return new ShownBytes(null, text, null);
            }
        } catch (CharacterCodingException e) {
            return base64(bytes); // Not UTF-8.
        }
        return base64(bytes);
    }

    private static ShownBytes base64(byte[] bytes) {
        return new ShownBytes(null, null, Base64.getEncoder().encodeToString(bytes));
    }
}
