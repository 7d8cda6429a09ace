package dev.freshet.ops.cli;

import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.restart.Phases;
import dev.freshet.ops.bench.restart.RestartBenchmark;
import dev.freshet.ops.bench.restart.RestartFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private EngineOptions index;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "1",
            description = "Restarts of each kind, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private GraphOptions graph;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        RestartBenchmark.Settings settings = settings();
        RestartFigures figures = directories.run(
                "restart",
                (directory, progress) -> new RestartBenchmark(settings, directory, Main.class.getName(), progress));
        print(figures);
        report.write(BenchmarkReport.of("restart", seed.value(), parameters(), figures.report()));
        return 0;
    }

    private RestartBenchmark.Settings settings() {
        try {
            return new RestartBenchmark.Settings(
                    index.engine(),
                    new SyntheticVectors(index.vectors(), 1, graph.dimensions(), seed.value()),
                    graph.m(),
                    graph.efConstruction(),
                    repeats);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        index.describe(parameters);
        parameters.put("dimensions", graph.dimensions());
        parameters.put("distance", "cosine");
        parameters.put("arithmetic", VectorKernels.name());
        graph.report(parameters);
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
                index.vectors(),
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
