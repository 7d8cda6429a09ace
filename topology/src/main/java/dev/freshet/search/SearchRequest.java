package dev.freshet.search;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to search for.
 *
 * @param text embedded with the index's own model; exactly one of text and vector is given
 * @param vector as many components as the index has dimensions
 * @param k results wanted, 1 to 1,000
 * @param ef candidates looked at per partition, at least k; null: what the index's own come to, see {@link SearchWidth}
 * @param exact scan every vector instead of walking the graph
 * @param scoreThreshold results with a lower score are left out; null: none are
 * @param groupByRow at most one result per row, its best chunk
 * @param includeVector return each chunk's vector
 * @param filter only rows whose metadata it holds for; null: all
 * @param minPositions offsets in the rows topic, by partition, that must be reflected before the search: a writer's own
 * @param requireComplete an answer that misses partitions is an error: {@code INCOMPLETE}
 */
public record SearchRequest(
        long indexId,
        @Nullable String text,
        float @Nullable [] vector,
        int k,
        @Nullable Integer ef,
        boolean exact,
        @Nullable Double scoreThreshold,
        boolean groupByRow,
        boolean includeVector,
        @Nullable Filter filter,
        Map<Integer, Long> minPositions,
        boolean requireComplete,
        Duration timeout) {
    /** The same with another timeout. */
    public SearchRequest within(Duration other) {
        return new SearchRequest(
                indexId,
                text,
                vector,
                k,
                ef,
                exact,
                scoreThreshold,
                groupByRow,
                includeVector,
                filter,
                minPositions,
                requireComplete,
                other);
    }

    /** The same search of those rows alone for which this filter holds too. */
    public SearchRequest within(Filter other) {
        return new SearchRequest(
                indexId,
                text,
                vector,
                k,
                ef,
                exact,
                scoreThreshold,
                groupByRow,
                includeVector,
                filter == null ? other : other.and(filter),
                minPositions,
                requireComplete,
                timeout);
    }
}
