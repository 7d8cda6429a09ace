package dev.freshet.ops.bench.server;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.client.FreshetClient;

/**
 * What a server's {@code /metrics} said at one moment.
 *
 * @param text in Prometheus' format
 */
public record ServerMetrics(String text) {
    public ServerMetrics {
        requireNonNull(text, "text is null");
    }

    /** What it says now. */
    public static ServerMetrics of(FreshetClient client) {
        return new ServerMetrics(client.metrics());
    }

    /**
     * The sum of a metric's values; 0 if there is none.
     *
     * @param label as it stands in the braces, for example {@code index="docs_v1"}
     */
    public double sum(String metric, String label) {
        return text.lines()
                .filter(line -> line.startsWith(metric + "{"))
                .filter(line -> line.substring(0, line.lastIndexOf('}') + 1).contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
