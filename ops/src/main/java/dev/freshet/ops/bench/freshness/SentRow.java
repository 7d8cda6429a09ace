package dev.freshet.ops.bench.freshness;

import static java.util.Objects.requireNonNull;

/**
 * A row that was acknowledged.
 *
 * @param number in the order in which rows were to be sent
 * @param intended when it was to be sent, in nanoseconds of {@link System#nanoTime}, as the others
 * @param sent when it was
 * @param acknowledged when the answer was there
 */
record SentRow(long number, String rowKey, int partition, long offset, long intended, long sent, long acknowledged) {
    SentRow {
        requireNonNull(rowKey, "rowKey is null");
    }
}
