package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.retrieval.RealTexts;
import dev.freshet.ops.bench.retrieval.RetrievalBenchmark;
import dev.freshet.ops.bench.retrieval.RetrievalFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

/** {@code freshet bench retrieval}: do questions find the paragraph that answers them? */
@Command(
        name = "retrieval",
        description = {
            "Ingests paragraphs and asks questions: how often is the right paragraph found, and how high?",
            "",
            "Against a running server, or with --own-server one that it starts. Rows are NDJSON with id, title and text; questions are NDJSON with id, question"
                    + " and paragraph (the id of the row that answers it).",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class RetrievalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(
            names = "--own-server",
            description = "Start a server for it, in a temporary directory, instead of asking the one at --url.")
    private boolean ownServer;

    @Option(
            names = "--rows",
            paramLabel = "FILE",
            description =
                    "The paragraphs; needs --questions (default: data/text/xquad-en-…ndjson, in the directory that -Dfreshet.shared names or in a folder 'shared' beside the clone).")
    private @Nullable Path rows;

    @Option(names = "--questions", paramLabel = "FILE", description = "The questions; needs --rows.")
    private @Nullable Path questions;

    @Mixin
    private BenchmarkDirectory directories;

    @Mixin
    private ReportOption report;

    @Option(
            names = {"-d", "--dataset"},
            defaultValue = "bench-retrieval",
            paramLabel = "NAME",
            description = "The dataset, created if there is none (default: ${DEFAULT-VALUE}).")
    private String dataset;

    @Override
    public Integer call() throws IOException {
        RealTexts texts = texts();
        RetrievalBenchmark.Outcome outcome = ownServer
                ? directories.run(
                        "retrieval",
                        (directory, progress) -> RetrievalBenchmark.withServer(
                                directory, Main.class.getName(), texts, dataset, progress))
                : against(texts);
        print(outcome);
        report.write(report(texts, outcome.figures()));
        return 0;
    }

    private RetrievalBenchmark.Outcome against(RealTexts texts) throws IOException {
        try (PhaseProgress progress = new PhaseProgress();
                RetrievalBenchmark benchmark = RetrievalBenchmark.against(server.client(), texts, dataset, progress)) {
            return benchmark.run();
        }
    }

    private RealTexts texts() throws IOException {
        if (rows != null && questions != null) {
            return new RealTexts(rows, questions);
        }
        if (rows != null || questions != null) {
            throw new ParameterException(spec.commandLine(), "--rows and --questions go together");
        }
        return RealTexts.find().orElseThrow(() -> new IOException(RealTexts.absent()));
    }

    private BenchmarkReport report(RealTexts texts, RetrievalFigures figures) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("rows", String.valueOf(texts.rows().getFileName()));
        parameters.put("questions", String.valueOf(texts.questions().getFileName()));
        parameters.put("dataset", dataset);
        parameters.put("k", RetrievalBenchmark.K);
        parameters.put("group_by_row", true);
        return BenchmarkReport.of("retrieval", 0, parameters, figures);
    }

    private void print(RetrievalBenchmark.Outcome outcome) {
        RetrievalFigures figures = outcome.figures();
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("figure", "value");
        table.add("hit_at_1", String.format(Locale.ROOT, "%.4f", figures.hitAt1()));
        table.add("hit_at_10", String.format(Locale.ROOT, "%.4f", figures.hitAt10()));
        table.add("mrr_at_10", String.format(Locale.ROOT, "%.4f", figures.mrrAt10()));
        table.add("questions", figures.questions());
        table.add("rows", outcome.rows());
        table.print(out, Terminal.columns());
    }
}
