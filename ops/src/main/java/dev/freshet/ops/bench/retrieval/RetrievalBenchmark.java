package dev.freshet.ops.bench.retrieval;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.server.ServerProcess;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ingests rows, and asks questions whose answers are known: of a server that runs, or of one of its own. For one thread; {@link #close}, from any thread, ends its own
 * server.
 */
public final class RetrievalBenchmark implements Benchmark<RetrievalBenchmark.Outcome> {
    /** How many rows a question asks for. */
    public static final int K = 10;

    private static final Duration UP_WITHIN = Duration.ofMinutes(5);
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final int POLL_MS = 100;
    private static final int BATCH_ROWS = 100;

    private final RealTexts texts;
    private final String dataset;
    private final FreshetClient client;
    private final @Nullable ServerProcess server;
    private final BenchmarkProgress progress;

    /**
     * What a run measured.
     *
     * @param rows how many were searched
     */
    public record Outcome(RetrievalFigures figures, long rows) {
        public Outcome {
            requireNonNull(figures, "figures is null");
        }
    }

    private RetrievalBenchmark(
            RealTexts texts,
            String dataset,
            FreshetClient client,
            @Nullable ServerProcess server,
            BenchmarkProgress progress) {
        this.texts = requireNonNull(texts, "texts is null");
        this.dataset = requireNonNull(dataset, "dataset is null");
        this.client = requireNonNull(client, "client is null");
        this.server = server;
        this.progress = requireNonNull(progress, "progress is null");
    }

    /**
     * Of a server that runs.
     *
     * @param dataset created if there is none
     */
    public static RetrievalBenchmark against(
            FreshetClient client, RealTexts texts, String dataset, BenchmarkProgress progress) {
        return new RetrievalBenchmark(texts, dataset, client, null, progress);
    }

    /**
     * Of a server of its own.
     *
     * @param directory for the server's data, empty
     * @param mainClass of the command line
     */
    public static RetrievalBenchmark withServer(
            Path directory, String mainClass, RealTexts texts, String dataset, BenchmarkProgress progress) {
        ServerProcess server = new ServerProcess(directory.resolve("server"), mainClass);
        return new RetrievalBenchmark(texts, dataset, new FreshetClient(server.url()), server, progress);
    }

    /** Runs it. A row that does not become searchable is a {@link ClientException}. */
    @Override
    public Outcome run() throws IOException {
        List<Question> questions = Question.read(texts.questions());
        if (server != null) {
            progress.begin("start", 1);
            server.start();
            server.await("the server", UP_WITHIN, POLL_MS, client::ready);
        }
        if (client.dataset(dataset).isEmpty()) {
            client.putDataset(dataset, new DatasetDefinition(List.of("id"), List.of("title", "text"), null));
        }
        UploadSummary ingested = ingest();
        if (!ingested.complete()) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "incomplete",
                    "not all rows are searchable: " + ingested.rejected() + " rejected, "
                            + ingested.failed().size() + " failed, " + ingested.pendingRows() + " pending",
                    null);
        }
        return new Outcome(ask(questions), ingested.accepted());
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    private UploadSummary ingest() throws IOException {
        progress.begin("ingest", lines());
        try (InputStream in = Files.newInputStream(texts.rows())) {
            return new RowUpload(client, dataset, WAIT)
                    .run(RowFileFormat.NDJSON.batches(in, texts.rows().toString(), BATCH_ROWS), progress::stepTo);
        }
    }

    private long lines() throws IOException {
        try (Stream<String> lines = Files.lines(texts.rows())) {
            return lines.count();
        }
    }

    private RetrievalFigures ask(List<Question> questions) {
        progress.begin("questions", questions.size());
        RetrievalFigures.Sum sum = new RetrievalFigures.Sum();
        for (Question question : questions) {
            List<String> found = client
                    .search(dataset + "_v1", new SearchQuery(question.question(), K, true, false, null))
                    .results()
                    .stream()
                    .map(Hit::row)
                    .toList();
            sum.add(question, found);
            progress.stepTo(sum.questions());
        }
        return sum.figures();
    }
}
