package dev.freshet.ops.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** The vectors' dimensions and the graph's parameters, for benchmarks of indexes. */
final class GraphOptions {
    @Option(
            names = "--dimensions",
            paramLabel = "N",
            defaultValue = "768",
            description = "Of a vector (default: ${DEFAULT-VALUE}).")
    private int dimensions;

    @Option(names = "--m", paramLabel = "N", defaultValue = "16", description = "Links (default: ${DEFAULT-VALUE}).")
    private int m;

    @Option(
            names = "--ef-construction",
            paramLabel = "N",
            defaultValue = "100",
            description = "Candidates while building (default: ${DEFAULT-VALUE}).")
    private int efConstruction;

    int dimensions() {
        return dimensions;
    }

    int m() {
        return m;
    }

    int efConstruction() {
        return efConstruction;
    }

    /** Adds the graph's to a report. */
    void report(Map<String, Object> parameters) {
        parameters.put("m", m);
        parameters.put("ef_construction", efConstruction);
    }
}
