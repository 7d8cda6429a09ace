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
    ModelInfo model();

    /** Whether a text fits the model, special tokens included. Pure and thread-safe. */
    TokenCounter tokens();

    /**
     * Embeds texts for rows. The future holds one vector of {@link ModelInfo#dimensions()} components per text, in order, or fails with
     * an {@link EmbeddingException}.
     */
    CompletableFuture<List<float[]>> embed(List<String> texts);

    /** Embeds a search's text, ahead of whatever rows are waiting. Same vector as {@link #embed} gives for the same text. */
    CompletableFuture<float[]> embedQuery(String text);

    @Override
    void close();
}
