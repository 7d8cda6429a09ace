package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A search by text within a reader profile. What is null is as the profile has it.
 *
 * @param dataset the bound dataset to search
 * @param index the index or alias to search
 */
public record ProfileQuery(
        String text,
        @Nullable String dataset,
        @Nullable String index,
        @Nullable Integer k,
        @Nullable Boolean groupByRow,
        @Nullable Boolean exact,
        @Nullable Integer ef) {
    public ProfileQuery {
        requireNonNull(text, "text is null");
    }
}
