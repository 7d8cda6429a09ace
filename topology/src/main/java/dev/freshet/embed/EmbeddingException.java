package dev.freshet.embed;

import org.jspecify.annotations.Nullable;

/** An embedder could not embed. Retryable: the model is unreachable or overloaded for now; otherwise the text itself was refused. */
public final class EmbeddingException extends RuntimeException {
    private final boolean retryable;

    public EmbeddingException(boolean retryable, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    public boolean retryable() {
        return retryable;
    }
}
