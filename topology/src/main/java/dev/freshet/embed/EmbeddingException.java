package dev.freshet.embed;

import org.jspecify.annotations.Nullable;

/**
 * An embedder could not embed. Retryable: the model is unreachable, overloaded, set up wrongly or another one for now, which is no fault of the
 * text; otherwise the text itself was refused.
 */
public final class EmbeddingException extends RuntimeException {
    private final boolean retryable;
    private final boolean modelChanged;

    public EmbeddingException(boolean retryable, String message, @Nullable Throwable cause) {
        this(retryable, false, message, cause);
    }

    private EmbeddingException(boolean retryable, boolean modelChanged, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
        this.modelChanged = modelChanged;
    }

    /** The model behind the name is another one than was asked for. Retryable, since the one that is wanted may be put back. */
    public static EmbeddingException modelChanged(String name, String wanted, String found) {
        return new EmbeddingException(
                true,
                true,
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
}
