package dev.freshet.ops.bench.freshness;

import dev.freshet.ops.bench.load.Latencies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of the freshness benchmark measured.
 *
 * @param fresh from the acknowledgement until searchable, of each row
 * @param whole from when the row was to be sent until searchable, of each row
 * @param hops the parts of the whole, one after the other, of the rows whose way is known
 * @param traced how many these are
 */
public record FreshnessFigures(Latencies fresh, Latencies whole, List<Hop> hops, long traced) {
    public FreshnessFigures {
        hops = List.copyOf(hops);
    }

    /**
     * A part of the way. May be negative: an answer and a record that travel at the same time can arrive in either order.
     *
     * @param name from what until what
     * @param meanMs the means of all parts add up to the mean of the whole
     */
    public record Hop(String name, double meanMs, double p50Ms, double p99Ms) {}

    public double rowsPerSecond() {
        return fresh.perSecond();
    }

    public double p50Ms() {
        return fresh.micros(0.5) / 1e3;
    }

    public double p99Ms() {
        return fresh.micros(0.99) / 1e3;
    }

    public double maxMs() {
        return fresh.micros(1) / 1e3;
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("p50_ms", p50Ms());
        report.put("p99_ms", p99Ms());
        report.put("rows_per_s", rowsPerSecond());
        report.put("max_ms", maxMs());
        report.put("mean_ms", fresh.meanMicros() / 1e3);
        report.put("whole_p50_ms", whole.micros(0.5) / 1e3);
        report.put("whole_p99_ms", whole.micros(0.99) / 1e3);
        report.put("rows", fresh.nanos().length);
        report.put("traced_rows", traced);
        Map<String, Object> parts = new LinkedHashMap<>();
        for (Hop hop : hops) {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("mean_ms", hop.meanMs());
            part.put("p50_ms", hop.p50Ms());
            part.put("p99_ms", hop.p99Ms());
            parts.put(hop.name(), part);
        }
        report.put("hops", parts);
        return report;
    }
}
