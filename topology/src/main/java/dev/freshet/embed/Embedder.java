package dev.freshet.embed;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Turns texts into vectors with one model.
 *
 * <ul>
 *   <li>A text's vector depends on the text and the model's fingerprint alone, never on what else is embedded beside it.
 *   <li>Thread-safe; {@link #embed} never blocks its caller. The embedder owns its concurrency, time-outs and retries, and bounds its queue.
 *   <li>A text of more than {@link ModelInfo#maxTokens()} tokens is refused, never cut.
 * </ul>
 */
public interface Embedder extends AutoCloseable {
    /**
     * What is known of the model without asking anybody: name, dimensions and token limit always; the fingerprint of a model that is elsewhere may be out of
     * date, so compare by {@link #identify} or pass the one that is wanted.
     */
    ModelInfo model();

    /**
     * The model as it is now. Completed already for one that is in this process; a model elsewhere is asked, and the future fails with an
     * {@link EmbeddingException} that says what to do if it cannot be. Never blocks.
     */
    default CompletableFuture<ModelInfo> identify() {
        return CompletableFuture.completedFuture(model());
    }

    /** Whether a text fits the model, special tokens included. Pure and thread-safe. */
    TokenCounter tokens();

    /**
     * Embeds texts for rows. The future holds one vector of {@link ModelInfo#dimensions()} components per text, in order, or fails with
     * an {@link EmbeddingException}.
     */
    CompletableFuture<List<float[]>> embed(List<String> texts);

    /**
     * As {@link #embed(List)}, by the model of this fingerprint and no other: fails with {@link EmbeddingException#modelChanged()} if the model is another
     * one, or was exchanged meanwhile.
     */
    default CompletableFuture<List<float[]>> embed(String fingerprint, List<String> texts) {
        return model().fingerprint().equals(fingerprint)
                ? embed(texts)
                : CompletableFuture.failedFuture(
                        EmbeddingException.modelChanged(model().name(), fingerprint, model().fingerprint()));
    }

    /** Embeds a search's text, ahead of whatever rows are waiting. Same vector as {@link #embed} gives for the same text. */
    CompletableFuture<float[]> embedQuery(String text);

    /** As {@link #embedQuery(String)}, by the model of this fingerprint and no other. */
    default CompletableFuture<float[]> embedQuery(String fingerprint, String text) {
        return model().fingerprint().equals(fingerprint)
                ? embedQuery(text)
                : CompletableFuture.failedFuture(
                        EmbeddingException.modelChanged(model().name(), fingerprint, model().fingerprint()));
    }

    @Override
    void close();
}
