package dev.freshet.search;

import org.jspecify.annotations.Nullable;

/**
 * Asks for some rows of one index in one partition, in the order in which the partition keeps them. That order never changes: by the length of the row key in UTF-8, then by its bytes.
 *
 * @param after begin behind this row, be it there or not; null: at the first
 * @param limit rows at most, 1 or more
 * @param bytes of rows at most, as they are stored, but at least one row
 * @param filter only rows whose metadata it holds for; null: all
 */
public record PageQuery(
        long indexId,
        int partition,
        @Nullable String after,
        int limit,
        long bytes,
        boolean includeVectors,
        @Nullable Filter filter) {
    public PageQuery {
        if (partition < 0 || limit < 1) {
            throw new IllegalArgumentException("partition is " + partition + " and limit " + limit);
        }
    }
}
