package dev.freshet.ops.bench.freshness;

import static java.util.Objects.requireNonNull;

/**
 * A row that searches find.
 *
 * @param visible since when, in nanoseconds of {@link System#nanoTime}
 */
record VisibleRow(SentRow row, long visible) {
    VisibleRow {
        requireNonNull(row, "row is null");
    }
}
