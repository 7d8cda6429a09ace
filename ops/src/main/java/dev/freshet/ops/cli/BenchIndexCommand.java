package dev.freshet.ops.cli;

import dev.freshet.index.DistanceFunction;
import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.index.BenchmarkVectors;
import dev.freshet.ops.bench.index.IndexBenchmark;
import dev.freshet.ops.bench.index.IndexComparison;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.RawVectorFiles;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.index.VectorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench index}: how fast are the engines, and what do they find? */
@Command(
        name = "index",
        description = {
            "Builds and searches an index with each engine, and with hnswlib-core as its authors ship it.",
            "",
            "Without files the vectors are drawn from a seed: clusters near a surface of few dimensions, as embeddings lie. A file of vectors is raw:"
                    + " one after the other, each --dimensions numbers of 32 bits, little-endian.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchIndexCommand implements Callable<Integer> {
    private static final int VECTORS = 100_000;
    private static final int QUERIES = 500;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            split = ",",
            paramLabel = "NAME",
            description = "The engines to measure (default: all there are).")
    private @Nullable List<String> engines;

    @Option(
            names = "--quantization",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "none",
            description =
                    "The forms in which to compare vectors, none or int8; each engine is measured with those that it"
                            + " has (default: ${DEFAULT-VALUE}).")
    private List<String> quantizations;

    @Option(
            names = "--vectors-on-disk",
            description =
                    "Measure each engine with a quantization also with the vectors as they came in files rather than in memory.")
    private boolean vectorsOnDisk;

    @Option(
            names = "--vectors",
            paramLabel = "N",
            description = "How many vectors (default: " + VECTORS + ", or all of --base).")
    private @Nullable Integer vectors;

    @Option(
            names = "--query-count",
            paramLabel = "N",
            description = "How many queries (default: " + QUERIES + ", or all of --queries).")
    private @Nullable Integer queryCount;

    @Option(names = "--base", paramLabel = "FILE", description = "Vectors to index; needs --queries.")
    private @Nullable Path base;

    @Option(names = "--queries", paramLabel = "FILE", description = "Vectors to search for; needs --base.")
    private @Nullable Path queries;

    @Option(
            names = "--distance",
            paramLabel = "NAME",
            defaultValue = "cosine",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DistanceFunction distance;

    @Option(
            names = "--ef",
            split = ",",
            paramLabel = "N",
            defaultValue = "10,20,40,60,80,100,150,200",
            description = "Candidates while searching (default: ${DEFAULT-VALUE}).")
    private List<Integer> efs;

    @Option(
            names = "--k",
            paramLabel = "N",
            defaultValue = "10",
            description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that build (default: all processors).")
    private @Nullable Integer threads;

    @Option(
            names = "--search-threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that search (default: ${DEFAULT-VALUE}).")
    private int searchThreads;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed rounds of searches, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--build-repeats",
            paramLabel = "N",
            defaultValue = "1",
            description = "Builds, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int buildRepeats;

    @Option(
            names = "--round-ms",
            paramLabel = "MS",
            defaultValue = "500",
            description = "How long a round of searches takes at least (default: ${DEFAULT-VALUE}).")
    private int roundMs;

    @Mixin
    private GraphOptions graph;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        VectorSource source = source();
        IndexBenchmark.Settings settings = settings();
        IndexComparison comparison;
        try (PhaseProgress progress = new PhaseProgress()) {
            progress.begin("vectors", 1);
            comparison = benchmark(settings, source.load(), progress).run();
        }
        new IndexTables(comparison).print(spec.commandLine().getOut(), Terminal.columns());
        report.write(BenchmarkReport.of(
                "index", base == null ? seed.value() : 0, parameters(settings, comparison), comparison.report()));
        return 0;
    }

    private IndexBenchmark benchmark(
            IndexBenchmark.Settings settings, BenchmarkVectors vectors, PhaseProgress progress) {
        try {
            return new IndexBenchmark(settings, vectors, progress);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private VectorSource source() {
        if ((base == null) != (queries == null)) {
            throw wrong("--base and --queries go together");
        }
        try {
            if (base != null && queries != null) {
                return new RawVectorFiles(
                        base,
                        queries,
                        graph.dimensions(),
                        vectors == null ? Integer.MAX_VALUE : vectors,
                        queryCount == null ? Integer.MAX_VALUE : queryCount);
            }
            return new SyntheticVectors(
                    vectors == null ? VECTORS : vectors,
                    queryCount == null ? QUERIES : queryCount,
                    graph.dimensions(),
                    seed.value());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private IndexBenchmark.Settings settings() {
        List<String> names = engines == null ? VectorIndexes.names() : engines;
        try {
            return new IndexBenchmark.Settings(
                    measuredEngines(names),
                    distance,
                    graph.m(),
                    graph.efConstruction(),
                    efs.stream().distinct().sorted().toList(),
                    k,
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                    buildRepeats,
                    searchThreads,
                    repeats,
                    roundMs);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private List<MeasuredEngine> measuredEngines(List<String> names) {
        List<Quantization> forms =
                quantizations.stream().distinct().map(Quantization::of).toList();
        List<MeasuredEngine> measured = new ArrayList<>();
        for (VectorIndexes engine :
                names.stream().distinct().map(VectorIndexes::of).toList()) {
            for (Quantization form : forms.stream().filter(engine::supports).toList()) {
                measured.add(new MeasuredEngine(engine, form, false));
                if (vectorsOnDisk && form != Quantization.NONE) {
                    measured.add(new MeasuredEngine(engine, form, true));
                }
            }
        }
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("none of the engines " + String.join(", ", names)
                    + " has the quantization " + String.join(", ", quantizations));
        }
        return measured;
    }

    private Map<String, Object> parameters(IndexBenchmark.Settings settings, IndexComparison comparison) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("engines", comparison.engines().keySet());
        parameters.put("vectors", comparison.vectors());
        parameters.put("dimensions", graph.dimensions());
        parameters.put("queries", comparison.queries());
        parameters.put("source", base == null ? "synthetic" : String.valueOf(base.getFileName()));
        parameters.put("distance", distance.name().toLowerCase(Locale.ROOT));
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("stock_distance", comparison.stockDistance());
        graph.report(parameters);
        parameters.put("ef", settings.efs());
        parameters.put("k", k);
        parameters.put("threads", settings.buildThreads());
        parameters.put("search_threads", searchThreads);
        parameters.put("repeats", repeats);
        parameters.put("build_repeats", buildRepeats);
        parameters.put("round_ms", roundMs);
        return parameters;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
