package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which two indexes to compare, and by which queries.
 *
 * @param queries texts to search for; empty: sentences are drawn from the rows of the left index
 * @param sample how many queries to draw where none are given, at least 1
 * @param k rows that each search returns, 1 to 1,000
 * @param ef candidates looked at per partition, at least k; null: each index's own
 * @param seed of what is drawn
 */
public record ComparisonRequest(
        long leftId,
        long rightId,
        List<String> queries,
        int sample,
        int k,
        @Nullable Integer ef,
        long seed,
        Duration timeout) {
    public ComparisonRequest {
        queries = List.copyOf(queries);
        requireNonNull(timeout, "timeout is null");
    }
}
