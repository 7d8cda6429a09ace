package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.http.HttpBenchmark;
import dev.freshet.ops.bench.http.HttpFigures;
import dev.freshet.ops.bench.load.SearchLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
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
            "Fills an index of a server of its own, and compares searches over HTTP with the same searches of all partitions in the server's process.",
            "",
            "Both take turns: with as many threads in the process as connections, as fast as they can; the same paced, at half the rate that HTTP came to; and with one. The server runs in this process, its client in one of its own.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchHttpCommand implements Callable<Integer> {
    private static final int PARTITIONS_MAX = 64;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long a round is (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions that the index is spread over, 1 to 64 (default: the server's own).")
    private @Nullable Integer partitions;

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
        SearchLoad settings = settings();
        HttpFigures figures = directories.run("http", (directory, progress) -> {
            LogFile.use(directory.resolve("freshet.log"));
            return new HttpBenchmark(settings, partitions, directory, progress);
        });
        print(figures, settings.connections());
        report.write(BenchmarkReport.of("http", seed.value(), parameters(), figures.report()));
        return 0;
    }

    private SearchLoad settings() {
        if (partitions != null && (partitions < 1 || partitions > PARTITIONS_MAX)) {
            throw new ParameterException(
                    spec.commandLine(), "--partitions is " + partitions + ", must be 1 to " + PARTITIONS_MAX);
        }
        try {
            return searches.load(seed.value(), Duration.ofSeconds(seconds));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters() {
        Map<String, Object> parameters = searches.parameters();
        parameters.put("seconds", seconds);
        return parameters;
    }

    private void print(HttpFigures figures, int connections) {
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
        out.printf(Locale.ROOT, "%d partitions, recall %.4f.%n", figures.partitions(), figures.recall());
        out.printf(
                Locale.ROOT,
                "HTTP and gathering add %.0f us at the median, %.0f us to one search alone, %.0f us where all processors are busy. Per search it takes %.0f us of CPU time in the server, and %.0f us in the client.%n",
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
