package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.bench.mixed.IngestLoad;
import dev.freshet.ops.bench.mixed.IngestWhileSearchBenchmark;
import dev.freshet.ops.bench.mixed.IngestWhileSearchFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench ingest-while-search}: what do searches lose while rows arrive? */
@Command(
        name = "ingest-while-search",
        description = {
            "Fills an index of a server of its own and searches it over HTTP, in turns while nothing else happens and while rows with vectors arrive.",
            "",
            "Rows go at fixed moments, whatever became of those before. The server runs in a temporary directory, with this command's JVM options; the clients run in this process.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchIngestWhileSearchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Rows per second that arrive (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--updates",
            paramLabel = "SHARE",
            defaultValue = "0.5",
            description =
                    "Share of the rows that bring a new vector for an id that is there; the others are new (default: ${DEFAULT-VALUE}).")
    private double updates;

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows in a request (default: ${DEFAULT-VALUE}).")
    private int batchRows;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long searches are measured in a round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "2",
            description = "How long rows arrive before that (default: ${DEFAULT-VALUE}).")
    private int settle;

    @Mixin
    private SearchLoadOptions searches;

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        IngestWhileSearchBenchmark.Settings settings = settings();
        IngestWhileSearchFigures figures = directories.run(
                "ingest-while-search",
                (directory, progress) ->
                        new IngestWhileSearchBenchmark(settings, directory, Main.class.getName(), progress));
        print(figures);
        report.write(BenchmarkReport.of("ingest-while-search", seed.value(), parameters(), figures.report()));
        return 0;
    }

    private IngestWhileSearchBenchmark.Settings settings() {
        try {
            return new IngestWhileSearchBenchmark.Settings(
                    searches.load(seed.value(), Duration.ofSeconds(seconds)),
                    new IngestLoad(rate, batchRows, updates),
                    Duration.ofSeconds(settle));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters() {
        Map<String, Object> parameters = searches.parameters();
        parameters.put("rate", rate);
        parameters.put("updates", updates);
        parameters.put("batch_rows", batchRows);
        parameters.put("seconds", seconds);
        parameters.put("settle", settle);
        return parameters;
    }

    private void print(IngestWhileSearchFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("searches", "per second", "p50 ms", "p99 ms");
        table.add(
                "while nothing else happens",
                number("%.0f", figures.idlePerSecond()),
                number("%.3f", figures.idleMs(0.5)),
                number("%.3f", figures.idleMs(0.99)));
        table.add(
                "while rows arrive",
                number("%.0f", figures.ingestPerSecond()),
                number("%.3f", figures.ingestMs(0.5)),
                number("%.3f", figures.ingestMs(0.99)));
        table.print(out, Terminal.columns());
        out.println();
        out.printf(
                Locale.ROOT,
                "qps_ratio %s, p99_ratio %s: median, least and most of %d rounds.%n",
                spread(figures.qpsRatio()),
                spread(figures.p99Ratio()),
                figures.rounds().size());
        Latencies acknowledged = figures.acknowledged();
        Latencies searchable = figures.searchable();
        out.printf(
                Locale.ROOT,
                "Of %,d rows per second that were to arrive, %.0f %% of them updates, %,.0f were acknowledged; batches of %d within p50 %.1f ms, p99 %.1f ms.%n",
                rate,
                updates * 100,
                figures.rowsPerSecond().median(),
                batchRows,
                acknowledged.micros(0.5) / 1e3,
                acknowledged.micros(0.99) / 1e3);
        out.printf(
                Locale.ROOT,
                "Rows were searchable after p50 %.1f ms, p99 %.1f ms, at most %.1f ms; all of them %.2f s after the last acknowledgement. %,d vectors in the end.%n",
                searchable.micros(0.5) / 1e3,
                searchable.micros(0.99) / 1e3,
                searchable.micros(1) / 1e3,
                figures.catchUpSeconds().median(),
                figures.vectors());
        out.flush();
    }

    private static String spread(IngestWhileSearchFigures.Spread spread) {
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", spread.median(), spread.least(), spread.most());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
