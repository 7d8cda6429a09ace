package dev.freshet.ops.bench.mixed;

import dev.freshet.ops.bench.Median;
import dev.freshet.ops.bench.load.Latencies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a run measured. Each figure is the median of the rounds', but for those of single rows, which are of the rows of all rounds.
 *
 * @param rounds at least one
 * @param rows how many arrived, those of the warm-up included
 * @param vectors in the index at the end
 */
public record IngestWhileSearchFigures(List<MixedRound> rounds, long rows, long vectors) {
    public IngestWhileSearchFigures {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a measurement");
        }
    }

    /**
     * A figure of the rounds.
     *
     * @param least of a round
     * @param most of a round
     */
    public record Spread(double median, double least, double most) {}

    /** Searches per second while rows arrived, by those while none did. */
    public Spread qpsRatio() {
        return spread(MixedRound::qpsRatio);
    }

    /** The 99th percentile of searches while rows arrived, by that while none did. */
    public Spread p99Ratio() {
        return spread(MixedRound::p99Ratio);
    }

    /** Rows that were acknowledged per second. */
    public Spread rowsPerSecond() {
        return spread(round -> round.ingest().rowsPerSecond());
    }

    /** From the last acknowledgement until searches saw everything. */
    public Spread catchUpSeconds() {
        return spread(round -> round.ingest().catchUpSeconds());
    }

    /** Searches per second while no rows arrived. */
    public double idlePerSecond() {
        return spread(MixedRound::idlePerSecond).median();
    }

    /** A percentile of searches while no rows arrived, in milliseconds. */
    public double idleMs(double share) {
        return spread(round -> round.idleMicros(share) / 1e3).median();
    }

    /** Searches per second while rows arrived. */
    public double ingestPerSecond() {
        return spread(round -> round.ingest().searches().perSecond()).median();
    }

    /** A percentile of searches while rows arrived, in milliseconds. */
    public double ingestMs(double share) {
        return spread(round -> round.ingest().searches().micros(share) / 1e3).median();
    }

    /** From when a batch was to be sent until it was acknowledged. */
    public Latencies acknowledged() {
        return Latencies.together(
                rounds.stream().map(round -> round.ingest().acknowledged()).toList());
    }

    /** From when a probe was to be sent until it was searchable. */
    public Latencies searchable() {
        return Latencies.together(
                rounds.stream().map(round -> round.ingest().searchable()).toList());
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Latencies acknowledged = acknowledged();
        Latencies searchable = searchable();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("qps_ratio", qpsRatio().median());
        report.put("p99_ratio", p99Ratio().median());
        report.put("rows_per_s", rowsPerSecond().median());
        report.put("idle_qps", idlePerSecond());
        report.put("idle_p50_ms", idleMs(0.5));
        report.put("idle_p99_ms", idleMs(0.99));
        report.put("ingest_qps", ingestPerSecond());
        report.put("ingest_p50_ms", ingestMs(0.5));
        report.put("ingest_p99_ms", ingestMs(0.99));
        report.put("acknowledged_p50_ms", acknowledged.micros(0.5) / 1e3);
        report.put("acknowledged_p99_ms", acknowledged.micros(0.99) / 1e3);
        report.put("searchable_p50_ms", searchable.micros(0.5) / 1e3);
        report.put("searchable_p99_ms", searchable.micros(0.99) / 1e3);
        report.put("searchable_max_ms", searchable.micros(1) / 1e3);
        report.put("catch_up_s", catchUpSeconds().median());
        report.put("rows", rows);
        report.put("vectors", vectors);
        report.put(
                "rounds", rounds.stream().map(IngestWhileSearchFigures::report).toList());
        return report;
    }

    private static Map<String, Object> report(MixedRound round) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("qps_ratio", round.qpsRatio());
        report.put("p99_ratio", round.p99Ratio());
        report.put("rows_per_s", round.ingest().rowsPerSecond());
        report.put("idle_qps", round.idlePerSecond());
        report.put("ingest_qps", round.ingest().searches().perSecond());
        report.put("catch_up_s", round.ingest().catchUpSeconds());
        return report;
    }

    private Spread spread(ToDoubleFunction<MixedRound> figure) {
        List<Double> values =
                rounds.stream().mapToDouble(figure).boxed().sorted().toList();
        return new Spread(Median.of(values), values.get(0), values.get(values.size() - 1));
    }
}
