package dev.freshet.ops.bench.http;

import dev.freshet.ops.bench.Median;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a run of the HTTP benchmark measured. Each figure is the median of the rounds'.
 *
 * @param together with all callers at the same time, at least one round
 * @param alone with one caller, at least one round
 */
public record HttpFigures(List<HttpRound> together, List<HttpRound> alone) {
    public HttpFigures {
        together = List.copyOf(together);
        alone = List.copyOf(alone);
        if (together.isEmpty() || alone.isEmpty()) {
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

    /** One caller, in the server's process. */
    public Line inProcessAlone() {
        return inProcess(alone);
    }

    /** One connection. */
    public Line httpAlone() {
        return http(alone);
    }

    /** What HTTP adds at the median, with all callers. */
    public double overheadMicros() {
        return median(together, HttpRound::overheadMicros);
    }

    /** What HTTP adds at the median, with one caller: nothing waits for anything else. */
    public double overheadAloneMicros() {
        return median(alone, HttpRound::overheadMicros);
    }

    /** CPU time of the client per search, which is in what HTTP adds. */
    public double clientCpuMicros() {
        return median(together, HttpRound::clientCpuMicros);
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("http_qps", http().perSecond());
        report.put("inprocess_qps", inProcess().perSecond());
        report.put("http_overhead_p50_us", overheadMicros());
        report.put("http_p99_ms", http().p99Micros() / 1e3);
        report.put("http_p50_ms", http().p50Micros() / 1e3);
        report.put("inprocess_p50_ms", inProcess().p50Micros() / 1e3);
        report.put("inprocess_p99_ms", inProcess().p99Micros() / 1e3);
        report.put("overhead_rounds_us", rounds(together));
        report.put("alone_http_p50_us", httpAlone().p50Micros());
        report.put("alone_inprocess_p50_us", inProcessAlone().p50Micros());
        report.put("alone_overhead_p50_us", overheadAloneMicros());
        report.put("alone_overhead_rounds_us", rounds(alone));
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
