package dev.freshet.ops.cli;

import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.filter.FilterBenchmark;
import dev.freshet.ops.bench.filter.FilterFigures;
import dev.freshet.ops.bench.filter.FilterLoad;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench filter}: what does a filter cost, and what does it gain over filtering results? */
@Command(
        name = "filter",
        description = {
            "Fills an index of a server of its own, and searches it for the few rows that pass a filter: with that filter, and by filtering the results of searches without one.",
            "",
            "Both take turns, and with them searches with a filter that was never used before, as answers for filters that come again are kept, and searches without a filter. One thread searches all partitions, without HTTP.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchFilterCommand implements Callable<Integer> {
    private static final int QUERIES = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions index;

    @Mixin
    private SearchOptions searches;

    @Option(
            names = "--selectivity",
            split = ",",
            paramLabel = "SHARE",
            defaultValue = "0.001,0.01,0.1,0.5",
            description = "Shares of the rows that pass (default: ${DEFAULT-VALUE}).")
    private List<Double> selectivities;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "How long a round is (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long each kind runs before its first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

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
        FilterLoad settings = settings();
        FilterFigures figures = directories.run("filter", (directory, progress) -> {
            LogFile.use(directory.resolve("freshet.log"));
            return new FilterBenchmark(settings, directory, progress);
        });
        print(figures);
        report.write(BenchmarkReport.of("filter", seed.value(), parameters(), figures.report()));
        return 0;
    }

    private FilterLoad settings() {
        try {
            return new FilterLoad(
                    index.engine(),
                    new SyntheticVectors(index.vectors(), QUERIES, graph.dimensions(), seed.value()),
                    graph.m(),
                    graph.efConstruction(),
                    searches.k(),
                    searches.ef(),
                    selectivities,
                    searches.rounds(),
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(warmUp));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        index.describe(parameters);
        parameters.put("dimensions", graph.dimensions());
        parameters.put("queries", QUERIES);
        parameters.put("distance", "cosine");
        parameters.put("arithmetic", VectorKernels.name());
        graph.report(parameters);
        searches.describe(parameters);
        parameters.put("selectivities", selectivities);
        parameters.put("rounds", searches.rounds());
        parameters.put("seconds", seconds);
        parameters.put("warm_up", warmUp);
        return parameters;
    }

    private void print(FilterFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable(
                "selectivity",
                "rows that pass",
                "recall",
                "per second",
                "÷ no filter",
                "÷ filtered after",
                "new filters: per second",
                "÷ filtered after",
                "filtered after: recall",
                "per second");
        for (FilterFigures.Point point : figures.points()) {
            table.add(
                    String.valueOf(point.selectivity()),
                    String.format(Locale.ROOT, "%,d", point.rows()),
                    String.format(Locale.ROOT, "%.4f", point.recall()),
                    String.format(Locale.ROOT, "%.0f", point.filteredPerSecond()),
                    String.format(Locale.ROOT, "%.2f", point.overUnfiltered()),
                    String.format(Locale.ROOT, "%.2f", point.overPostFiltered()),
                    String.format(Locale.ROOT, "%.0f", point.newlyFilteredPerSecond()),
                    String.format(Locale.ROOT, "%.2f", point.newOverPostFiltered()),
                    String.format(Locale.ROOT, "%.4f", point.postRecall()),
                    String.format(Locale.ROOT, "%.0f", point.postFilteredPerSecond()));
        }
        table.print(out, Terminal.columns());
        out.flush();
    }
}
