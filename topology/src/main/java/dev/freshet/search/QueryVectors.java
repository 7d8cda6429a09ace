package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.index.VectorProblem;
import dev.freshet.index.VectorValidator;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the vector that an index is searched by: a text is embedded with the index's own model, a given vector is checked. Thread-safe. */
final class QueryVectors {
    private final Function<String, Embedder> embedders;

    /**
     * @param embedders an embedder by its model's name; throws {@link FreshetException} for an unknown one. It stays the giver's to close
     */
    QueryVectors(Function<String, Embedder> embedders) {
        this.embedders = embedders;
    }

    /**
     * A vector that is valid for the index. Waits for the model, until {@code deadline} at the latest.
     *
     * @param text exactly one of text and vector is given; null for a direct index
     * @param deadline as {@link System#nanoTime} tells it
     */
    float[] vector(@Nullable String text, float @Nullable [] given, IndexDefinition index, long deadline)
            throws InterruptedException {
        ModelReference model = index.model();
        float[] vector;
        if (given != null) {
            vector = given.clone();
        } else if (text != null && model != null) {
            vector = embed(text, index, model, deadline);
        } else {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "give either a text or a vector");
        }
        Optional<VectorProblem> problem =
                new VectorValidator(index.dimensions(), Distances.function(index.distance())).problem(vector);
        if (problem.isPresent()) {
            throw new FreshetException(
                    switch (problem.get().kind()) {
                        case DIMENSION -> ErrorCode.DIMENSION_MISMATCH;
                        case VALUE -> ErrorCode.INVALID_VECTOR;
                    },
                    problem.get().message());
        }
        return vector;
    }

    private float[] embed(String text, IndexDefinition index, ModelReference model, long deadline)
            throws InterruptedException {
        Embedder embedder = embedders.apply(model.name());
        try {
            return embedder.embedQuery(model.fingerprint(), text)
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FreshetException(ErrorCode.DEADLINE_EXCEEDED, "the text was not embedded within the timeout", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EmbeddingException failure) {
                if (failure.modelChanged()) {
                    throw new FreshetException(
                            ErrorCode.MODEL_CHANGED,
                            "index " + index.name() + " cannot be searched by text: " + failure.getMessage(),
                            failure);
                }
                throw new FreshetException(
                        failure.retryable() ? ErrorCode.EMBEDDER_UNAVAILABLE : ErrorCode.EMBEDDING_REFUSED,
                        "the text could not be embedded with " + model.name() + ": " + failure.getMessage(),
                        failure);
            }
            throw new FreshetException(ErrorCode.INTERNAL, "the text could not be embedded", e);
        }
    }
}
