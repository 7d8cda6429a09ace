package dev.freshet.ops.cli;

import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.restart.Phases;
import dev.freshet.ops.bench.restart.RestartBenchmark;
import dev.freshet.ops.bench.restart.RestartFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench restart}: how soon is everything searchable again after a kill? */
@Command(
        name = "restart",
        description = {
            "Fills an index of a server of its own, kills that server, and measures how soon it answers from everything again:"
                    + " with its snapshots, and without.",
            "",
            "Seconds count from the start of the process. The server runs in a temporary directory, with this command's JVM options.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchRestartCommand implements Callable<Integer> {
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

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "1",
            description = "Restarts of each kind, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the vectors (default: 1).")
    private long seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to make the temporary directory (default: the system's place for such).")
    private @Nullable Path parent;

    @Option(names = "--json", paramLabel = "FILE", description = "Where to write the figures as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        RestartBenchmark.Settings settings = settings();
        RestartFigures figures;
        try (TemporaryDirectory directory = TemporaryDirectory.create(parent, "freshet-bench-restart");
                PhaseProgress progress = new PhaseProgress();
                RestartBenchmark benchmark =
                        new RestartBenchmark(settings, directory.path(), Main.class.getName(), progress)) {
            AtShutdown hook = AtShutdown.close(benchmark, directory);
            try {
                figures = benchmark.run();
            } finally {
                hook.cancel();
            }
        }
        print(figures);
        if (json != null) {
            BenchmarkReport.of("restart", seed, parameters(), figures.report()).write(json);
        }
        return 0;
    }

    private RestartBenchmark.Settings settings() {
        try {
            return new RestartBenchmark.Settings(
                    VectorIndexes.of(engine),
                    new SyntheticVectors(vectors, 1, dimensions, seed),
                    m,
                    efConstruction,
                    repeats);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("engine", engine);
        parameters.put("vectors", vectors);
        parameters.put("dimensions", dimensions);
        parameters.put("distance", "cosine");
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("m", m);
        parameters.put("ef_construction", efConstruction);
        parameters.put("repeats", repeats);
        return parameters;
    }

    private void print(RestartFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("seconds since the start", "HTTP listens", "first answer", "complete");
        add(table, "after kill -9", figures.restart());
        add(table, "without snapshots", figures.rebuild());
        table.print(out, Terminal.columns());
        out.printf(
                Locale.ROOT,
                "%,d vectors were searchable %.1f s after the first was sent, and in %d snapshots (%.1f MB) %.1f s later.%n",
                vectors,
                figures.fillSeconds(),
                figures.snapshotFiles(),
                figures.snapshotBytes() / 1e6,
                figures.saveSeconds());
        out.printf(Locale.ROOT, "%.4f of the vectors asked for found themselves first.%n", figures.selfRecall());
        out.flush();
    }

    private static void add(TextTable table, String what, Phases phases) {
        table.add(what, seconds(phases.listens()), seconds(phases.firstAnswer()), seconds(phases.complete()));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
