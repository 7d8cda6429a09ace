package dev.freshet.ops.cli;

import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.http.HttpBenchmark;
import dev.freshet.ops.bench.http.HttpFigures;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
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

/** {@code freshet bench http}: what does HTTP add to a search? */
@Command(
        name = "http",
        description = {
            "Fills an index of a server of its own, and compares searches over HTTP with the same searches in the server's process.",
            "",
            "Both take turns: with as many threads in the process as connections, as fast as they can; the same paced, at half the rate that HTTP came to; and with one. The server runs in this process, its client in one of its own.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchHttpCommand implements Callable<Integer> {
    private static final int QUERIES = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "compact",
            description = "The index's engine (default: ${DEFAULT-VALUE}).")
    private String engine;

    @Option(
            names = "--vectors",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many vectors (default: ${DEFAULT-VALUE}).")
    private int vectors;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            defaultValue = "384",
            description = "Of a vector (default: ${DEFAULT-VALUE}).")
    private int dimensions;

    @Option(
            names = "--k",
            paramLabel = "N",
            defaultValue = "10",
            description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--ef",
            paramLabel = "N",
            description = "Candidates while searching, per partition (default: the index's own).")
    private @Nullable Integer ef;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "8",
            description = "Connections, and threads in the process (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds of each kind, in turns, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long a round is (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long each kind runs before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        HttpBenchmark.Settings settings = settings();
        HttpFigures figures;
        try (TemporaryDirectory directory = directories.create("freshet-bench-http")) {
            LogFile.use(directory.path().resolve("freshet.log"));
            try (PhaseProgress progress = new PhaseProgress();
                    HttpBenchmark benchmark = new HttpBenchmark(settings, directory.path(), progress)) {
                AtShutdown hook = AtShutdown.close(benchmark, directory);
                try {
                    figures = benchmark.run();
                } finally {
                    hook.cancel();
                }
            }
        }
        print(figures);
        report.write(BenchmarkReport.of("http", seed.value(), parameters(settings), figures.report()));
        return 0;
    }

    private HttpBenchmark.Settings settings() {
        try {
            return new HttpBenchmark.Settings(
                    VectorIndexes.of(engine),
                    new SyntheticVectors(vectors, QUERIES, dimensions, seed.value()),
                    16,
                    100,
                    k,
                    ef,
                    connections,
                    rounds,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(warmUp));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters(HttpBenchmark.Settings settings) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("engine", engine);
        parameters.put("vectors", vectors);
        parameters.put("dimensions", dimensions);
        parameters.put("queries", settings.vectors().queries());
        parameters.put("distance", "cosine");
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("m", settings.m());
        parameters.put("ef_construction", settings.efConstruction());
        parameters.put("k", k);
        parameters.put("ef", ef == null ? "default" : ef);
        parameters.put("connections", connections);
        parameters.put("rounds", rounds);
        parameters.put("seconds", seconds);
        parameters.put("warm_up", warmUp);
        return parameters;
    }

    private void print(HttpFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("searches", "per second", "p50 ms", "p99 ms");
        add(table, connections + " threads in the process", figures.inProcess());
        add(table, connections + " connections", figures.http());
        add(table, connections + " threads, paced", figures.inProcessPaced());
        add(table, connections + " connections, paced", figures.httpPaced());
        add(table, "1 thread in the process", figures.inProcessAlone());
        add(table, "1 connection", figures.httpAlone());
        table.print(out, Terminal.columns());
        out.println();
        out.printf(
                Locale.ROOT,
                "HTTP adds %.0f us at the median, %.0f us to one search alone, %.0f us where all processors are busy. Per search it takes %.0f us of CPU time in the server, and %.0f us in the client.%n",
                figures.overheadMicros(),
                figures.overheadAloneMicros(),
                figures.overheadSaturatedMicros(),
                figures.serverCpuMicros(),
                figures.clientCpuMicros());
        out.flush();
    }

    private static void add(TextTable table, String what, HttpFigures.Line line) {
        table.add(
                what,
                String.format(Locale.ROOT, "%.0f", line.perSecond()),
                String.format(Locale.ROOT, "%.3f", line.p50Micros() / 1e3),
                String.format(Locale.ROOT, "%.3f", line.p99Micros() / 1e3));
    }
}
