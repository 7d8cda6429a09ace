package dev.freshet.embed.remote;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A text that waits for its vector. Compared by identity.
 *
 * @param tokens what it is estimated to have
 * @param fingerprint of the model that must embed it; null if any may
 * @param acceptedNanos when it was handed over, by the event loop's clock
 * @param vector fails with an {@link dev.freshet.embed.EmbeddingException} only
 */
record PendingText(
        String text,
        int tokens,
        Purpose purpose,
        @Nullable String fingerprint,
        long acceptedNanos,
        CompletableFuture<float[]> vector) {

    /** What a text is embedded for. */
    enum Purpose {
        /** A search, which goes ahead. */
        QUERY,
        ROW,
        /** To see whether the provider embeds anything at all. */
        CONTROL
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
