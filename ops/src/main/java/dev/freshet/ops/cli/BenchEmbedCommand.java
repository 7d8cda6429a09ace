package dev.freshet.ops.cli;

import dev.freshet.embed.Embedders;
import dev.freshet.index.VectorKernels;
import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.embed.EmbedBenchmark;
import dev.freshet.ops.bench.embed.EmbedFigures;
import dev.freshet.ops.bench.embed.Paragraphs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
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

/** {@code freshet bench embed}: how much of the model's rate is left when rows are ingested? */
@Command(
        name = "embed",
        description = {
            "Ingests rows into servers of its own without a pause, and compares how many chunks become searchable with how many the model alone embeds.",
            "",
            "Both take turns on the same texts, with as many workers. Each round has a new server, which runs in a temporary directory with this command's JVM options.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchEmbedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rows",
            paramLabel = "FILE",
            description = "Rows, NDJSON with text (default: texts drawn from the seed).")
    private @Nullable Path rows;

    @Option(
            names = "--rows-count",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "How many texts, or at most how many of --rows; sent again and again as new rows (default: ${DEFAULT-VALUE}).")
    private int rowsCount;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of each kind, in turns, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long a round is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long a round runs before it is measured (default: ${DEFAULT-VALUE}).")
    private int settle;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "180",
            description =
                    "How much longer a round of the pipeline does, and the first of the model, until the code is compiled (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that run the model (default: all processors).")
    private @Nullable Integer workers;

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private SeedOption seed;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        EmbedBenchmark.Settings settings = settings();
        EmbedFigures figures = directories.run(
                "embed",
                (directory, progress) -> new EmbedBenchmark(settings, directory, Main.class.getName(), progress));
        print(figures);
        report.write(
                BenchmarkReport.of("embed", rows == null ? seed.value() : 0, parameters(settings), figures.report()));
        return 0;
    }

    private EmbedBenchmark.Settings settings() throws IOException {
        try {
            List<String> texts =
                    rows == null ? Paragraphs.drawn(rowsCount, seed.value()) : Paragraphs.read(rows, rowsCount);
            return new EmbedBenchmark.Settings(
                    texts,
                    workers == null ? Runtime.getRuntime().availableProcessors() : workers,
                    rounds,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(settle),
                    Duration.ofSeconds(warmUp));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> parameters(EmbedBenchmark.Settings settings) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("model", Embedders.DEFAULT_MODEL);
        parameters.put("source", rows == null ? "drawn" : String.valueOf(rows.getFileName()));
        parameters.put("texts", settings.texts().size());
        parameters.put("workers", settings.workers());
        parameters.put("arithmetic", VectorKernels.name());
        parameters.put("rounds", rounds);
        parameters.put("seconds", seconds);
        parameters.put("settle", settle);
        parameters.put("warm_up", warmUp);
        return parameters;
    }

    private void print(EmbedFigures figures) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable rates = new TextTable("chunks/s", "median", "least", "most", "CPU ms/chunk");
        add(rates, "model alone", figures.rawChunksPerSecond(), figures.rawRounds(), figures.rawCpuMsPerChunk());
        add(
                rates,
                "pipeline",
                figures.pipelineChunksPerSecond(),
                figures.pipelineRounds(),
                figures.pipelineCpuMsPerChunk());
        rates.print(out, Terminal.columns());
        if (!figures.parts().isEmpty()) {
            out.println();
            TextTable parts = new TextTable("pipeline's CPU time", "ms/chunk", "share");
            for (EmbedFigures.Part part : figures.parts()) {
                parts.add(part.name(), number("%.2f", part.cpuMsPerChunk()), number("%.3f", part.share()));
            }
            parts.print(out, Terminal.columns());
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "pipeline_over_raw %.3f; chunks of %.0f characters, up to %,d in an index.%n",
                figures.pipelineOverRaw(),
                figures.charactersPerChunk(),
                figures.vectors());
        out.flush();
    }

    private static void add(TextTable table, String what, double median, List<Double> rounds, double cpuMsPerChunk) {
        table.add(
                what,
                number("%.1f", median),
                number(
                        "%.1f",
                        rounds.stream().mapToDouble(Double::doubleValue).min().orElse(0)),
                number(
                        "%.1f",
                        rounds.stream().mapToDouble(Double::doubleValue).max().orElse(0)),
                number("%.2f", cpuMsPerChunk));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
