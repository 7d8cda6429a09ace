package dev.freshet.embed;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/**
 * A Hugging Face tokenizer that cuts and pads nothing, whatever its file says, and never touches the network. Thread-safe until closed.
 *
 * <p>The native library is unpacked into DJL's cache directory ({@code DJL_CACHE_DIR}, else {@code ~/.djl.ai}) at first use.
 */
final class WordPieces implements AutoCloseable {
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';

    private final HuggingFaceTokenizer tokenizer;

    WordPieces(byte[] json) throws IOException {
        stayOffline();
        this.tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
    }

    /** DJL would look for a GPU library to download, and report its use home from EC2, were it not told otherwise. What a user has set stays. */
    private static void stayOffline() {
        for (Map.Entry<String, String> setting : Map.of(
                        "ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "RUST_FLAVOR", "cpu")
                .entrySet()) {
            if (System.getProperty(setting.getKey()) == null) {
                System.setProperty(setting.getKey(), setting.getValue());
            }
        }
    }

    /** The ids of a text's tokens, special ones included. */
    long[] ids(String text) {
        return tokenizer.encode(wellFormed(text), true, false).getIds();
    }

    /** A lone surrogate has no UTF-8, which the native side works on. */
    private static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            if (Character.isHighSurrogate(unit)
                    && index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1))) {
                index++;
                continue;
            }
            if (repaired == null) {
                repaired = new StringBuilder(text);
            }
            repaired.setCharAt(index, REPLACEMENT_CHARACTER);
        }
        return repaired == null ? text : repaired.toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
