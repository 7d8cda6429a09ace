package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.HttpSearches;
import dev.freshet.ops.bench.load.Latencies;
import java.io.IOException;
import java.time.Duration;

/** Searches while nothing else happens, and the same while rows arrive. For one thread. */
final class MixedPhases {
    private final HttpSearches searches;
    private final BatchRequests batches;
    private final Probes probes;
    private final PositionWait everything;
    private final int rowsPerSecond;

    /**
     * @param everything that has arrived
     * @param rowsPerSecond that arrive, at least 1
     */
    MixedPhases(
            HttpSearches searches, BatchRequests batches, Probes probes, PositionWait everything, int rowsPerSecond) {
        this.searches = requireNonNull(searches, "searches is null");
        this.batches = requireNonNull(batches, "batches is null");
        this.probes = requireNonNull(probes, "probes is null");
        this.everything = requireNonNull(everything, "everything is null");
        this.rowsPerSecond = rowsPerSecond;
    }

    /** Nothing else happens. */
    Latencies idle(Duration howLong) throws IOException {
        return searches.run(howLong);
    }

    /**
     * Rows arrive. Returns when these are searchable.
     *
     * @param settle how long they do before searches begin
     */
    IngestPhase ingest(Duration settle, Duration measured) throws IOException {
        Duration howLong = settle.plus(measured);
        batches.prepare((long) Math.ceil(howLong.toNanos() / 1e9 * rowsPerSecond / batches.batchRows()));
        Acknowledged acknowledged = new Acknowledged();
        try (Arrivals arrivals =
                new Arrivals(searches.server(), batches, probes, rowsPerSecond, howLong, acknowledged)) {
            pause(settle);
            long rowsBefore = acknowledged.rows();
            long began = System.nanoTime();
            Latencies found = searches.run(measured);
            double rows = (acknowledged.rows() - rowsBefore) / seconds(began);
            Latencies batchTimes = arrivals.acknowledged();
            began = System.nanoTime();
            everything.await(acknowledged.positions());
            double catchUp = seconds(began);
            return new IngestPhase(found, rows, batchTimes, arrivals.searchable(), catchUp);
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while rows were sent", e);
        }
    }
}
