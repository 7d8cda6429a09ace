package dev.freshet.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What a search by a {@link Profile} takes where its request is silent; null: what it takes without a profile. {@link ProfileRules} says which values may be.
 *
 * @param k results
 * @param ef candidates to look at
 * @param scoreThreshold results with a lower score are left out
 * @param groupByRow at most one result per row
 * @param filter a JSON object, as searches take it. It holds beside the request's own filter, and no request can do without it
 */
public record SearchDefaults(
        @Nullable Integer k,
        @Nullable Integer ef,
        @Nullable Double scoreThreshold,
        @Nullable Boolean groupByRow,
        @Nullable String filter) {
    public static final SearchDefaults NONE = new SearchDefaults(null, null, null, null, null);
}
