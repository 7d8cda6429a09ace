package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.Latencies;

/**
 * Searches while rows arrived.
 *
 * @param searches how long they took
 * @param rowsPerSecond rows that were acknowledged during the searches
 * @param acknowledged from when a batch was to be sent until it was acknowledged
 * @param searchable from when a probe was to be sent until it was searchable
 * @param catchUpSeconds from the last acknowledgement until searches saw everything
 */
public record IngestPhase(
        Latencies searches, double rowsPerSecond, Latencies acknowledged, Latencies searchable, double catchUpSeconds) {
    public IngestPhase {
        requireNonNull(searches, "searches is null");
        requireNonNull(acknowledged, "acknowledged is null");
        requireNonNull(searchable, "searchable is null");
    }
}
