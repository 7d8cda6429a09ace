package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.bench.Question;
import dev.freshet.ops.bench.RetrievalFigures;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.RowFileFormat;
import dev.freshet.ops.client.RowUpload;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.SearchResult.Hit;
import dev.freshet.ops.client.UploadSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
import picocli.CommandLine.Spec;

/** {@code freshet bench retrieval}: do questions find the paragraph that answers them? */
@Command(
        name = "retrieval",
        description = {
            "Ingests paragraphs and asks questions: how often is the right paragraph found, and how high?",
            "",
            "Against a running server. Rows are NDJSON with id, title and text; questions are NDJSON with id, question and paragraph (the"
                    + " id of the row that answers it).",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class RetrievalCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final int BATCH_ROWS = 100;
    private static final int K = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--rows", required = true, paramLabel = "FILE", description = "The paragraphs.")
    private Path rows;

    @Option(names = "--questions", required = true, paramLabel = "FILE", description = "The questions.")
    private Path questions;

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
        List<Question> asked = Question.read(questions);
        FreshetClient client = server.client();
        if (client.dataset(dataset).isEmpty()) {
            client.putDataset(dataset, new DatasetDefinition(List.of("id"), List.of("title", "text"), null));
        }
        UploadSummary ingested = ingest(client);
        if (!ingested.complete()) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "incomplete",
                    "not all rows are searchable: " + ingested.rejected() + " rejected, "
                            + ingested.failed().size() + " failed, " + ingested.pendingRows() + " pending",
                    null);
        }
        RetrievalFigures figures = ask(client, dataset + "_v1", asked);
        print(figures, ingested);
        report.write(report(figures));
        return 0;
    }

    private UploadSummary ingest(FreshetClient client) throws IOException {
        try (InputStream in = Files.newInputStream(rows);
                Progress progress = Progress.overBytes("ingest", Files.size(rows), true)) {
            CountedInput counted = new CountedInput(in);
            return new RowUpload(client, dataset, WAIT)
                    .run(RowFileFormat.NDJSON.batches(counted, rows.toString(), BATCH_ROWS), sent -> {
                        progress.stepTo(counted.count());
                        progress.rows(sent);
                    });
        }
    }

    private static RetrievalFigures ask(FreshetClient client, String index, List<Question> asked) {
        RetrievalFigures.Sum sum = new RetrievalFigures.Sum();
        try (Progress progress = Progress.start("questions", asked.size(), "", 1, true)) {
            for (Question question : asked) {
                List<String> found =
                        client
                                .search(index, new SearchQuery(question.question(), K, true, false, null))
                                .results()
                                .stream()
                                .map(Hit::row)
                                .toList();
                sum.add(question, found);
                progress.stepTo(sum.questions());
            }
        }
        return sum.figures();
    }

    private BenchmarkReport report(RetrievalFigures figures) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("rows", rows.getFileName().toString());
        parameters.put("questions", questions.getFileName().toString());
        parameters.put("dataset", dataset);
        parameters.put("k", K);
        parameters.put("group_by_row", true);
        return BenchmarkReport.of("retrieval", 0, parameters, figures);
    }

    private void print(RetrievalFigures figures, UploadSummary ingested) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("figure", "value");
        table.add("hit_at_1", String.format(Locale.ROOT, "%.4f", figures.hitAt1()));
        table.add("hit_at_10", String.format(Locale.ROOT, "%.4f", figures.hitAt10()));
        table.add("mrr_at_10", String.format(Locale.ROOT, "%.4f", figures.mrrAt10()));
        table.add("questions", figures.questions());
        table.add("rows", ingested.accepted());
        table.print(out, Terminal.columns());
    }
}
