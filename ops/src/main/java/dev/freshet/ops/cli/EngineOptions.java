package dev.freshet.ops.cli;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.index.MeasuredEngine;
import java.util.Map;
import picocli.CommandLine.Option;

/** The index of a benchmark that measures one engine. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class EngineOptions {
    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "compact",
            description = "The index's engine (default: ${DEFAULT-VALUE}).")
    private String engine;

    @Option(
            names = "--quantization",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "In what form it compares vectors, none or int8 (default: ${DEFAULT-VALUE}).")
    private String quantization;

    @Option(
            names = "--vectors-on-disk",
            description = "Keep the vectors as they came in files rather than in memory; only with a quantization.")
    private boolean vectorsOnDisk;

    @Option(
            names = "--vectors",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many vectors are there at the beginning (default: ${DEFAULT-VALUE}).")
    private int vectors;

    /** Throws {@link IllegalArgumentException} for an engine or a form that there is not, or that does not go with the rest. */
    MeasuredEngine engine() {
        return new MeasuredEngine(VectorIndexes.of(engine), Quantization.of(quantization), vectorsOnDisk);
    }

    int vectors() {
        return vectors;
    }

    /** For the report. */
    void describe(Map<String, Object> parameters) {
        parameters.put("engine", engine);
        parameters.put("quantization", quantization);
        parameters.put("vectors_on_disk", vectorsOnDisk);
        parameters.put("vectors", vectors);
    }
}
