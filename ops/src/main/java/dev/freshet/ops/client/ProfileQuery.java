package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A search by text within a reader profile. What is null is as the profile has it.
 *
 * @param dataset the bound dataset to search
 * @param index the index or alias to search
 * @param filter a condition on the metadata, beside the profile's
 * @param requireComplete whether an answer that misses partitions is an error
 */
public record ProfileQuery(
        String text,
        @Nullable String dataset,
        @Nullable String index,
        @Nullable Integer k,
        @Nullable Boolean groupByRow,
        @Nullable Boolean exact,
        @Nullable Integer ef,
        @Nullable JsonNode filter,
        @Nullable Boolean requireComplete) {
    public ProfileQuery {
        requireNonNull(text, "text is null");
    }
}
