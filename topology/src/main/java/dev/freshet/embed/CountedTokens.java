package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts a text's tokens, and keeps them until the text is embedded: a chunk is cut by how many it has, and goes to the model a moment later. So each chunk is
 * tokenised once.
 *
 * <p>Keeps those of the {@value #TEXTS_MAX} texts counted last, as far as the model takes them: some MB at most. Thread-safe.
 */
final class CountedTokens implements TokenCounter {
    private static final int TEXTS_MAX = 2_048;

    private final Function<String, long[]> tokenizer;
    private final int tokensMax;
    private final Map<String, long[]> counted = new LinkedHashMap<>();

    /**
     * @param tokenizer gives the ids of a text's tokens; pure and thread-safe
     * @param tokensMax how many the model takes; a text with more is never embedded
     */
    CountedTokens(Function<String, long[]> tokenizer, int tokensMax) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        this.tokensMax = tokensMax;
    }

    @Override
    public int count(String text) {
        long[] ids = tokenizer.apply(text);
        if (ids.length <= tokensMax) {
            keep(text, ids);
        }
        return ids.length;
    }

    /** The ids of a text's tokens; they are not kept any longer. */
    long[] take(String text) {
        long[] ids = remove(text);
        return ids == null ? tokenizer.apply(text) : ids;
    }

    private synchronized void keep(String text, long[] ids) {
        counted.remove(text); // So that it counts as new.
        counted.put(text, ids);
        if (counted.size() > TEXTS_MAX) {
            counted.remove(counted.keySet().iterator().next());
        }
    }

    private synchronized long @Nullable [] remove(String text) {
        return counted.remove(text);
    }
}
