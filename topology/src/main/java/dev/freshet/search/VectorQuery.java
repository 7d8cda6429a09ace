package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.streams.query.Query;
import org.jspecify.annotations.Nullable;

/**
 * Searches one index in one partition. Answered by {@link VectorStore#query}; a partition that does not answer here, is not loaded, or closed
 * meanwhile answers with a failure.
 *
 * @param vector valid for the index; as the caller gave it, not normalised
 * @param ef candidates to look at, at least {@code k}
 * @param scoreThreshold see {@link SearchRequest}
 * @param filter see {@link SearchRequest}
 */
public record VectorQuery(
        long indexId,
        float[] vector,
        int k,
        int ef,
        boolean exact,
        @Nullable Double scoreThreshold,
        boolean groupByRow,
        boolean includeVector,
        @Nullable Filter filter)
        implements Query<PartitionAnswer> {
    public VectorQuery {
        requireNonNull(vector, "vector is null");
        if (k < 1 || ef < k) {
            throw new IllegalArgumentException("k is " + k + " and ef " + ef + ", must be 1 <= k <= ef");
        }
    }
}
