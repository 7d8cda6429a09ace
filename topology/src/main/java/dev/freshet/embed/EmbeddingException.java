package dev.freshet.embed;

import org.jspecify.annotations.Nullable;

/**
 * An embedder could not embed. Retryable: the model is unreachable, overloaded, set up wrongly or another one for now, which is no fault of the
 * text; otherwise the text itself was refused.
 */
public final class EmbeddingException extends RuntimeException {
    private final boolean retryable;
    private final boolean modelChanged;
    private final boolean blamesText;

    public EmbeddingException(boolean retryable, String message, @Nullable Throwable cause) {
        this(retryable, false, false, message, cause);
    }

    private EmbeddingException(
            boolean retryable, boolean modelChanged, boolean blamesText, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
        this.modelChanged = modelChanged;
        this.blamesText = blamesText;
    }

    /** The model fails for a text alone, again and again, while it embeds others. Retryable, but not for ever. */
    public static EmbeddingException blamingText(String message) {
        return new EmbeddingException(true, false, true, message, null);
    }

    /** The model behind the name is another one than was asked for. Retryable, since the one that is wanted may be put back. */
    public static EmbeddingException modelChanged(String name, String wanted, String found) {
        return new EmbeddingException(
                true,
                true,
                false,
                "the model " + name + " with the fingerprint " + wanted + " is wanted, but there is one of fingerprint "
                        + found
                        + ": put the model back, or configure the new one under a name of its own and create an index with that",
                null);
    }

    public boolean retryable() {
        return retryable;
    }

    /** Whether it failed because the model is not the one that was asked for. */
    public boolean modelChanged() {
        return modelChanged;
    }

    /** Whether it may pass, but more likely is the text's fault, so that trying again needs a bound. */
    public boolean blamesText() {
        return blamesText;
    }
}
