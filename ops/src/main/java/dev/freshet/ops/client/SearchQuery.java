package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A search by text. */
public record SearchQuery(
        String text,
        int k,
        boolean groupByRow,
        boolean exact,
        @Nullable Integer ef) {
    public SearchQuery {
        requireNonNull(text, "text is null");
    }
}
