package dev.freshet.ops.bench.http;

import dev.freshet.ops.bench.Median;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a run of the HTTP benchmark measured. Each figure is the median of the rounds'.
 *
 * @param partitions that the index is spread over
 * @param recall share of the {@code k} nearest that searches find
 * @param together with all callers, as many searches as go, at least one round
 * @param paced with all callers, and half as many searches as went over HTTP, at least one round
 * @param alone with one caller, at least one round
 */
public record HttpFigures(
        int partitions, double recall, List<HttpRound> together, List<HttpRound> paced, List<HttpRound> alone) {
    public HttpFigures {
        together = List.copyOf(together);
        paced = List.copyOf(paced);
        alone = List.copyOf(alone);
        if (together.isEmpty() || paced.isEmpty() || alone.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a measurement");
        }
    }

    /** A line of the outcome. */
    public record Line(double perSecond, double p50Micros, double p99Micros) {}

    /** All callers at a time, in the server's process. */
    public Line inProcess() {
        return inProcess(together);
    }

    /** All connections at a time. */
    public Line http() {
        return http(together);
    }

    /** All callers, paced, in the server's process. */
    public Line inProcessPaced() {
        return inProcess(paced);
    }

    /** All connections, paced. */
    public Line httpPaced() {
        return http(paced);
    }

    /** One caller, in the server's process. */
    public Line inProcessAlone() {
        return inProcess(alone);
    }

    /** One connection. */
    public Line httpAlone() {
        return http(alone);
    }

    /**
     * What HTTP and gathering add at the median, with all callers as fast as they can. Tells no more than the rates: where each caller has always one search under way, the mean
     * time is the callers divided by the rate (Little's law).
     */
    public double overheadSaturatedMicros() {
        return median(together, HttpRound::overheadMicros);
    }

    /** What HTTP and gathering add at the median, with all callers at a rate that leaves room. */
    public double overheadMicros() {
        return median(paced, HttpRound::overheadMicros);
    }

    /** What HTTP and gathering add at the median, with one caller: nothing waits for anything else. */
    public double overheadAloneMicros() {
        return median(alone, HttpRound::overheadMicros);
    }

    /** CPU time that HTTP costs the server per search, with all callers. */
    public double serverCpuMicros() {
        return median(together, round -> round.httpCpuMicros() - round.inProcessCpuMicros());
    }

    /** CPU time of the client per search, which is in what HTTP adds. */
    public double clientCpuMicros() {
        return median(together, HttpRound::clientCpuMicros);
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("partitions", partitions);
        report.put("recall", recall);
        report.put("http_qps", http().perSecond());
        report.put("inprocess_qps", inProcess().perSecond());
        report.put("http_overhead_p50_us", overheadMicros());
        report.put("http_p99_ms", httpPaced().p99Micros() / 1e3);
        report.put("http_p50_ms", httpPaced().p50Micros() / 1e3);
        report.put("inprocess_p50_ms", inProcessPaced().p50Micros() / 1e3);
        report.put("inprocess_p99_ms", inProcessPaced().p99Micros() / 1e3);
        report.put("paced_per_s", httpPaced().perSecond());
        report.put("overhead_rounds_us", rounds(paced));
        report.put("saturated_http_p50_ms", http().p50Micros() / 1e3);
        report.put("saturated_http_p99_ms", http().p99Micros() / 1e3);
        report.put("saturated_inprocess_p50_ms", inProcess().p50Micros() / 1e3);
        report.put("saturated_inprocess_p99_ms", inProcess().p99Micros() / 1e3);
        report.put("saturated_overhead_p50_us", overheadSaturatedMicros());
        report.put("saturated_overhead_rounds_us", rounds(together));
        report.put("alone_http_p50_us", httpAlone().p50Micros());
        report.put("alone_inprocess_p50_us", inProcessAlone().p50Micros());
        report.put("alone_overhead_p50_us", overheadAloneMicros());
        report.put("alone_overhead_rounds_us", rounds(alone));
        report.put("inprocess_cpu_us", median(together, HttpRound::inProcessCpuMicros));
        report.put("http_cpu_us", median(together, HttpRound::httpCpuMicros));
        report.put("client_cpu_us", clientCpuMicros());
        return report;
    }

    private static List<Double> rounds(List<HttpRound> rounds) {
        return rounds.stream().map(HttpRound::overheadMicros).toList();
    }

    private static Line inProcess(List<HttpRound> rounds) {
        return new Line(
                median(rounds, round -> round.inProcess().perSecond()),
                median(rounds, round -> round.inProcess().micros(0.5)),
                median(rounds, round -> round.inProcess().micros(0.99)));
    }

    private static Line http(List<HttpRound> rounds) {
        return new Line(
                median(rounds, round -> round.http().perSecond()),
                median(rounds, round -> round.http().micros(0.5)),
                median(rounds, round -> round.http().micros(0.99)));
    }

    private static double median(List<HttpRound> rounds, ToDoubleFunction<HttpRound> figure) {
        return Median.of(rounds.stream().mapToDouble(figure).boxed().toList());
    }
}
