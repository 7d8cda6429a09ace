package dev.freshet.embed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Joins the vectors of single texts to the answer of one call. */
public final class VectorFutures {
    private VectorFutures() {}

    /**
     * All vectors, in order, when the last one is there. If texts failed, the future fails with the exception of one of them: of one that can never be
     * embedded, rather than of one that only could not be now.
     *
     * @param vectors futures that fail with an {@link EmbeddingException}
     */
    public static CompletableFuture<List<float[]>> all(List<CompletableFuture<float[]>> vectors) {
        return CompletableFuture.allOf(vectors.toArray(new CompletableFuture<?>[0]))
                .handle((nothing, failure) -> {
                    EmbeddingException worst = null;
                    List<float[]> results = new ArrayList<>(vectors.size());
                    for (CompletableFuture<float[]> vector : vectors) {
                        if (vector.isCompletedExceptionally()) {
                            EmbeddingException refused = failureOf(vector);
                            worst = worst == null || !refused.retryable() ? refused : worst;
                        } else {
                            results.add(vector.join());
                        }
                    }
                    return worst == null
                            ? CompletableFuture.completedFuture(results)
                            : CompletableFuture.<List<float[]>>failedFuture(worst);
                })
                .thenCompose(result -> result);
    }

    private static EmbeddingException failureOf(CompletableFuture<float[]> failed) {
        try {
            failed.join();
        } catch (RuntimeException e) {
            return e.getCause() instanceof EmbeddingException cause
                    ? cause
                    : new EmbeddingException(true, "embedding was interrupted", e);
        }
        throw new AssertionError("the future has not failed");
    }
}
