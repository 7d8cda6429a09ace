package dev.freshet.ops.bench.embed;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.embed.ModelInfo;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.server.ServerMetrics;
import dev.freshet.ops.bench.server.ServerProcess;
import dev.freshet.ops.bench.server.ThreadTimes;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sustained ingest into a server: rows are sent so that some always wait, and counted when they are searchable. Measured is what lies between two moments in the
 * middle of it. In the end the index must hold exactly the chunks of the rows that were sent. For one thread.
 */
final class Pipeline implements AutoCloseable {
    private static final String DATASET = "bench";
    private static final String INDEX = DATASET + "_v1";
    private static final Duration UP_WITHIN = Duration.ofMinutes(5);
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(30);
    private static final int POLL_MS = 200;
    /** More than the tasks of all partitions have with the model at a time. */
    private static final int WAITING_ROWS = 600;

    private final ServerProcess server;
    private final ModelInfo model;
    private final BenchmarkProgress progress;
    private final FreshetClient client;
    private final RowFeed feed;

    /**
     * @param server not started yet
     * @param model that it must have
     */
    Pipeline(ServerProcess server, ModelInfo model, ChunkedTexts texts, BenchmarkProgress progress) {
        this.server = requireNonNull(server, "server is null");
        this.model = requireNonNull(model, "model is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.client = new FreshetClient(server.url());
        this.feed = new RowFeed(client, DATASET, texts);
    }

    /** Returns when rows can be sent. */
    void start() throws IOException {
        progress.begin("start", 1);
        server.start();
        server.await("the server", UP_WITHIN, POLL_MS, client::ready);
        client.putDataset(DATASET, new DatasetDefinition(List.of("id"), List.of("text"), null));
        server.await(
                "the index",
                UP_WITHIN,
                POLL_MS,
                () -> index().path("status").asText().equals("ready"));
        JsonNode served = index().path("model");
        if (!served.path("fingerprint").asText().equals(model.fingerprint())) {
            throw new IOException("the server has another model than this process: " + served);
        }
    }

    /** Ingests for {@code before}, measures while it goes on for {@code measured}, and returns when all is searchable. */
    PipelineRound measure(Duration before, Duration measured) throws IOException {
        progress.begin("pipeline", 1);
        ingest(before);
        Sample begin = sample();
        Optional<ThreadTimes> times = ThreadTimes.of(server);
        long waitingMin = ingest(measured);
        Sample end = sample();
        Optional<ThreadTimes> used = ThreadTimes.between(times, ThreadTimes.of(server));
        progress.begin("index", 1);
        server.await("all rows to be searchable", SEARCHABLE_WITHIN, POLL_MS, () -> sample().rows() == feed.sentRows());
        Sample all = sample();
        if (all.vectors() != feed.sentChunks() || all.texts() < feed.sentChunks()) {
            throw new IOException("the rows that were sent have " + feed.sentChunks() + " chunks, but the index has "
                    + all.vectors() + " vectors, and the model was given " + all.texts()
                    + " texts: what would be compared is not the same");
        }
        Rate rate = new Rate(
                end.vectors() - begin.vectors(),
                (end.nanos() - begin.nanos()) / 1e9,
                used.map(ThreadTimes::total).orElse(0.0));
        return new PipelineRound(
                rate, end.rows() - begin.rows(), end.texts() - begin.texts(), waitingMin, all.vectors(), used);
    }

    @Override
    public void close() {
        server.close();
    }

    /** Keeps rows waiting; returns the fewest that did. */
    private long ingest(Duration howLong) throws IOException {
        long until = System.nanoTime() + howLong.toNanos();
        long waitingMin = Long.MAX_VALUE;
        do {
            server.requireAlive();
            long searchable = index().path("rows").asLong();
            waitingMin = Math.min(waitingMin, feed.sentRows() - searchable);
            feed.sendUpTo(searchable + WAITING_ROWS);
            pause();
        } while (System.nanoTime() < until);
        return waitingMin;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while rows were ingested", e);
        }
    }

    /** What the server had done at a moment. */
    private record Sample(long nanos, long rows, long vectors, long texts) {}

    private Sample sample() {
        long texts = Math.round(
                ServerMetrics.of(client).sum("freshet_embedding_texts_total", "model=\"" + model.name() + "\""));
        JsonNode index = index();
        return new Sample(
                System.nanoTime(),
                index.path("rows").asLong(),
                index.path("vectors").asLong(),
                texts);
    }

    private JsonNode index() {
        return client.get("/v1/vectors/index/" + INDEX);
    }
}
