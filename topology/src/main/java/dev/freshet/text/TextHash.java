package dev.freshet.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** What tells a chunk's text from any other: equal hashes, equal text, so that a known chunk keeps its vector. */
public final class TextHash {
    public static final int BYTES = 16;

    private static final byte[] REPLACEMENT_CHARACTER = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private TextHash() {}

    /** The first 16 bytes of the SHA-256 of the text in UTF-8. A lone surrogate counts as U+FFFD, as it does for a model. */
    public static byte[] of(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(UTF_8.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(REPLACEMENT_CHARACTER)
                    .encode(CharBuffer.wrap(text)));
            return Arrays.copyOf(digest.digest(), BYTES);
        } catch (NoSuchAlgorithmException | CharacterCodingException e) {
            throw new AssertionError("every Java platform has SHA-256, and malformed input is replaced", e);
        }
    }
}
