package dev.freshet.ops.cli;

import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.embed.Paragraphs;
import dev.freshet.ops.bench.freshness.FreshnessBenchmark;
import dev.freshet.ops.bench.freshness.FreshnessFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
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

/** {@code freshet bench freshness}: how soon is a row searchable? */
@Command(
        name = "freshness",
        description = {
            "Sends rows to a server of its own, each at its time, and measures how soon after its acknowledgement each is searchable, and where the time goes.",
            "",
            "The model takes next to no time: words are hashed. Server, client and measurement run in this process, the broker in one of its own.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchFreshnessCommand implements Callable<Integer> {
    private static final int TEXTS = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "Rows per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long it is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long rows are sent before that, until the code is compiled (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            defaultValue = "384",
            description = "Of a vector (default: ${DEFAULT-VALUE}).")
    private int dimensions;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the server, for example --set refresh.commit.interval.ms=100; may be repeated.")
    private Map<String, String> set = new HashMap<>();

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        FreshnessBenchmark.Settings settings = settings();
        FreshnessFigures figures = directories.run("freshness", (directory, progress) -> {
            LogFile.use(directory.resolve("freshet.log"));
            return new FreshnessBenchmark(settings, directory, progress);
        });
        print(figures);
        report.write(BenchmarkReport.of("freshness", seed.value(), parameters(settings), figures.report()));
        return 0;
    }

    private FreshnessBenchmark.Settings settings() {
        try {
            return new FreshnessBenchmark.Settings(
                    Paragraphs.drawn(TEXTS, seed.value()),
                    dimensions,
                    rate,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(warmUp),
                    set);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters(FreshnessBenchmark.Settings settings) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("model", "hashing");
        parameters.put("dimensions", dimensions);
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("texts", settings.texts().size());
        parameters.put("rate", rate);
        parameters.put("seconds", seconds);
        parameters.put("warm_up", warmUp);
        parameters.put("settings", new LinkedHashMap<>(set));
        return parameters;
    }

    private void print(FreshnessFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("ms", "mean", "p50", "p99");
        for (FreshnessFigures.Hop hop : figures.hops()) {
            table.add(hop.name(), number(hop.meanMs()), number(hop.p50Ms()), number(hop.p99Ms()));
        }
        table.print(out, Terminal.columns());
        out.println();
        out.printf(
                Locale.ROOT,
                "%,d rows, %.1f per second: from acknowledged to searchable p50 %.1f ms, p99 %.1f ms, at most %.1f ms.%n",
                figures.fresh().nanos().length,
                figures.rowsPerSecond(),
                figures.p50Ms(),
                figures.p99Ms(),
                figures.maxMs());
        out.flush();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
