package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.Latencies;

/**
 * The same searches without rows, while rows arrived, and without again. The index grows meanwhile, and a machine changes its pace: what is in the middle is compared
 * with the mean of both sides.
 */
public record MixedRound(Latencies before, IngestPhase ingest, Latencies after) {
    public MixedRound {
        requireNonNull(before, "before is null");
        requireNonNull(ingest, "ingest is null");
        requireNonNull(after, "after is null");
    }

    /** Searches per second while no rows arrive. */
    public double idlePerSecond() {
        return (before.perSecond() + after.perSecond()) / 2;
    }

    /**
     * A percentile of searches while no rows arrive, in microseconds.
     *
     * @param share 0 to 1
     */
    public double idleMicros(double share) {
        return (before.micros(share) + after.micros(share)) / 2;
    }

    /** Searches per second while rows arrive, by those while none do. */
    public double qpsRatio() {
        return ingest.searches().perSecond() / idlePerSecond();
    }

    /** The 99th percentile while rows arrive, by that while none do. */
    public double p99Ratio() {
        return ingest.searches().micros(0.99) / idleMicros(0.99);
    }
}
