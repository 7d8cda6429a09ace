package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A search by text.
 *
 * @param filter a condition on the metadata; null: none
 * @param requireComplete whether an answer that misses partitions is an error
 */
public record SearchQuery(
        String text,
        int k,
        boolean groupByRow,
        boolean exact,
        @Nullable Integer ef,
        @Nullable JsonNode filter,
        boolean requireComplete) {
    public SearchQuery {
        requireNonNull(text, "text is null");
    }

    /** A search without a filter. */
    public SearchQuery(String text, int k, boolean groupByRow, boolean exact, @Nullable Integer ef) {
        this(text, k, groupByRow, exact, ef, null, false);
    }
}
