package dev.freshet.ops.cli;

import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.load.SearchBodies;
import dev.freshet.ops.bench.load.SearchLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The index and the searches of a benchmark that searches over HTTP. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class SearchLoadOptions {
    private static final int QUERIES = 1_000;
    private static final int M = 16;
    private static final int EF_CONSTRUCTION = 100;

    @Mixin
    private EngineOptions index;

    @Mixin
    private SearchOptions searches;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            defaultValue = "384",
            description = "Of a vector (default: ${DEFAULT-VALUE}).")
    private int dimensions;

    @Option(
            names = "--base64",
            description = "Requests have their vectors as base64 of 32-bit numbers, and not as arrays of numbers.")
    private boolean base64;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "8",
            description = "Connections that search (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long each kind runs before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    /**
     * What the options ask for.
     *
     * @param measured how long a round is
     * @throws IllegalArgumentException if one of them is out of its range
     */
    SearchLoad load(long seed, Duration measured) {
        return new SearchLoad(
                index.engine(),
                new SyntheticVectors(index.vectors(), QUERIES, dimensions, seed),
                M,
                EF_CONSTRUCTION,
                searches.k(),
                searches.ef(),
                base64 ? SearchBodies.VectorForm.BASE64 : SearchBodies.VectorForm.ARRAY,
                connections,
                searches.rounds(),
                measured,
                Duration.ofSeconds(warmUp));
    }

    /** For the report. */
    Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        index.describe(parameters);
        parameters.put("dimensions", dimensions);
        parameters.put("queries", QUERIES);
        parameters.put("distance", "cosine");
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("m", M);
        parameters.put("ef_construction", EF_CONSTRUCTION);
        searches.describe(parameters);
        parameters.put("vectors_as", base64 ? "base64" : "array");
        parameters.put("connections", connections);
        parameters.put("rounds", searches.rounds());
        parameters.put("warm_up", warmUp);
        return parameters;
    }
}
