package dev.freshet.ops.bench.embed;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.OnnxOptions;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.server.ServerMetrics;
import dev.freshet.ops.bench.server.ServerProcess;
import dev.freshet.ops.bench.server.ThreadTimes;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.text.Chunk;
import dev.freshet.text.Chunker;
import dev.freshet.text.ChunkingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Embeds the same texts in two ways, in turns: with the model alone in this process, and as rows that are ingested by a server of its own and become searchable.
 *
 * <ul>
 *   <li>While the model runs here the server has nothing to do. What an idle server uses is among the figures.
 *   <li>The pipeline is measured between two moments in the middle of its work: rows wait before and after.
 *   <li>At the end the index must hold exactly the chunks that the model was given here.
 * </ul>
 *
 * <p>For one thread; {@link #close}, from any thread, ends the server.
 */
public final class EmbedBenchmark implements AutoCloseable {
    private static final String DATASET = "bench";
    private static final String INDEX = DATASET + "_v1";
    private static final Duration UP_WITHIN = Duration.ofMinutes(5);
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(30);
    private static final int POLL_MS = 100;
    /** More than the tasks of all partitions have under way at a time. */
    private static final int WAITING_ROWS = 600;

    private final Settings settings;
    private final ServerProcess server;
    private final FreshetClient client;
    private final Embedders embedders;
    private final BenchmarkProgress progress;

    /**
     * What to measure.
     *
     * @param texts of the rows, sent again and again as new rows
     * @param workers threads that run the model, here and in the server
     * @param rounds of each kind, at least 1
     * @param measured how long each is
     * @param settle how long each runs before it is measured
     * @param warmUp how long each runs before that the first time
     */
    public record Settings(
            List<String> texts, int workers, int rounds, Duration measured, Duration settle, Duration warmUp) {
        public Settings {
            texts = List.copyOf(texts);
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("there are no texts");
            }
            if (workers < 1 || rounds < 1) {
                throw new IllegalArgumentException(workers + " workers, " + rounds + " rounds: at least 1 of each");
            }
            if (measured.toMillis() < 1 || settle.isNegative() || warmUp.isNegative()) {
                throw new IllegalArgumentException(
                        "nothing is measured in " + measured + " after " + settle + " and " + warmUp);
            }
        }
    }

    /**
     * @param directory for the server's data, empty
     * @param mainClass of the command line
     */
    public EmbedBenchmark(Settings settings, Path directory, String mainClass, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.server = new ServerProcess(
                directory.resolve("server"), mainClass, List.of("--set", "embed.workers=" + settings.workers()));
        this.client = new FreshetClient(server.url());
        this.embedders = Embedders.standard(new OnnxOptions(settings.workers(), OnnxOptions.WAITING_MAX_DEFAULT));
    }

    /** Runs it. What goes wrong with the server is an {@link IOException} with what it said last. */
    public EmbedFigures run() throws IOException {
        progress.begin("start", 1);
        server.start();
        server.await("the server", UP_WITHIN, POLL_MS, client::ready);
        client.putDataset(DATASET, new DatasetDefinition(List.of("id"), List.of("text"), null));
        server.await(
                "the index",
                UP_WITHIN,
                POLL_MS,
                () -> index().path("status").asText().equals("ready"));
        Embedder embedder = embedders.byName(Embedders.DEFAULT_MODEL);
        List<List<String>> chunks = chunks(embedder);
        RawEmbedding raw = new RawEmbedding(embedder, chunks);
        RowFeed feed = new RowFeed(client, DATASET, settings.texts(), chunks);
        List<Rate> raws = new ArrayList<>();
        List<PipelineRound> pipelines = new ArrayList<>();
        double idle = 0;
        for (int round = 0; round < settings.rounds(); round++) {
            Duration before = round == 0 ? settings.warmUp().plus(settings.settle()) : settings.settle();
            progress.begin("model alone", 1);
            Optional<ThreadTimes> times = ThreadTimes.of(server);
            long began = System.nanoTime();
            raws.add(raw.run(before, settings.measured()));
            double seconds = (System.nanoTime() - began) / 1e9;
            idle += ThreadTimes.between(times, ThreadTimes.of(server))
                            .map(ThreadTimes::total)
                            .orElse(0.0)
                    / seconds
                    / settings.rounds();
            pipelines.add(pipeline(feed, before));
        }
        requireAll(feed);
        return new EmbedFigures(raws, pipelines, feed.sentRows(), feed.sentChunks(), characters(chunks), idle);
    }

    @Override
    public void close() {
        server.close();
        embedders.close();
    }

    /** Cut as the server cuts them. */
    private List<List<String>> chunks(Embedder embedder) throws IOException {
        JsonNode index = index();
        if (!index.path("model")
                .path("fingerprint")
                .asText()
                .equals(embedder.model().fingerprint())) {
            throw new IOException("the server has another model than this process: " + index.path("model"));
        }
        Chunker chunker = new Chunker(
                new ChunkingOptions(
                        index.path("chunk_size").asInt(), index.path("overlap").asInt()),
                text -> embedder.tokens().count(text) <= embedder.model().maxTokens());
        return settings.texts().stream()
                .map(text -> chunker.chunk(text).stream().map(Chunk::text).toList())
                .toList();
    }

    private static double characters(List<List<String>> chunks) {
        return chunks.stream()
                .flatMap(List::stream)
                .mapToInt(String::length)
                .average()
                .orElse(0);
    }

    /** Ingests for a while, measures while it goes on, and waits until all is searchable, so that the server is idle again. */
    private PipelineRound pipeline(RowFeed feed, Duration before) throws IOException {
        progress.begin("pipeline", 1);
        ingest(feed, before);
        Sample begin = sample();
        Optional<ThreadTimes> times = ThreadTimes.of(server);
        long waitingMin = ingest(feed, settings.measured());
        Optional<ThreadTimes> used = ThreadTimes.between(times, ThreadTimes.of(server));
        Sample end = sample();
        progress.begin("index", 1);
        server.await(
                "all rows to be searchable",
                SEARCHABLE_WITHIN,
                POLL_MS,
                () -> index().path("rows").asLong() == feed.sentRows());
        double seconds = (end.nanos() - begin.nanos()) / 1e9;
        return new PipelineRound(
                new Rate(
                        end.vectors() - begin.vectors(),
                        seconds,
                        used.map(ThreadTimes::total).orElse(0.0)),
                end.rows() - begin.rows(),
                end.texts() - begin.texts(),
                waitingMin,
                used);
    }

    /** Keeps rows waiting; returns the fewest that did. */
    private long ingest(RowFeed feed, Duration howLong) throws IOException {
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
        long texts = Math.round(ServerMetrics.of(client)
                .sum("freshet_embedding_texts_total", "model=\"" + Embedders.DEFAULT_MODEL + "\""));
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

    private void requireAll(RowFeed feed) throws IOException {
        long vectors = index().path("vectors").asLong();
        if (vectors != feed.sentChunks()) {
            throw new IOException("the rows that were sent have " + feed.sentChunks() + " chunks, but the index has "
                    + vectors + " vectors: what was compared is not the same");
        }
    }
}
