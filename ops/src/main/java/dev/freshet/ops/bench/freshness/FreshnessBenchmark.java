package dev.freshet.ops.bench.freshness;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.schemas.key.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Sends rows to a server in this process at a steady rate, and notes when each is searchable. The model is the hashing one, which takes next to no time, so that the
 * pipeline's own time is what is measured. For one thread; {@link #close}, from any thread, ends the server.
 */
public final class FreshnessBenchmark implements Benchmark<FreshnessFigures> {
    private static final String DATASET = "bench";
    private static final String INDEX = DATASET + "_v1";
    private static final TopicNames TOPICS = new TopicNames("freshet");
    private static final Duration INDEX_WITHIN = Duration.ofMinutes(1);
    private static final int POLL_MS = 100;

    private final Settings settings;
    private final Path trace;
    private final BenchmarkProgress progress;
    private final EmbeddedFreshet freshet;

    /**
     * What to measure.
     *
     * @param texts of the rows, sent again and again as new rows
     * @param dimensions of the vectors
     * @param rowsPerSecond at least 1
     * @param measured how long
     * @param warmUp how long rows are sent before that
     * @param server settings of the server
     */
    public record Settings(
            List<String> texts,
            int dimensions,
            int rowsPerSecond,
            Duration measured,
            Duration warmUp,
            Map<String, String> server) {
        public Settings {
            texts = List.copyOf(texts);
            server = Map.copyOf(server);
            if (texts.isEmpty() || dimensions < 1 || rowsPerSecond < 1) {
                throw new IllegalArgumentException(texts.size() + " texts, " + dimensions + " dimensions, "
                        + rowsPerSecond + " rows per second: at least 1 of each");
            }
            if (measured.toMillis() < 1 || warmUp.isNegative()) {
                throw new IllegalArgumentException("nothing is measured in " + measured + " after " + warmUp);
            }
        }
    }

    /**
     * @param directory for the server's data, empty
     */
    public FreshnessBenchmark(Settings settings, Path directory, BenchmarkProgress progress) throws IOException {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.trace = Files.createDirectories(directory.resolve("trace"));
        HashingEmbedder model = HashingEmbedder.of(settings.dimensions());
        Map<String, String> server = new HashMap<>(settings.server());
        server.put(FreshetConfig.PREFIX, TOPICS.prefix());
        server.put(FreshetConfig.DEFAULT_MODEL, model.model().name());
        server.put("kafka.main.consumer.interceptor.classes", HopTrace.class.getName());
        server.put("kafka.producer.interceptor.classes", HopTrace.class.getName());
        server.put("kafka." + HopTrace.DIRECTORY, trace.toString());
        server.put("kafka." + HopTrace.TOPICS, TOPICS.rows() + "," + TOPICS.vectors());
        this.freshet = new EmbeddedFreshet(
                new EmbeddedFreshet.Settings(directory.resolve("server"), 0, 0, 0, server),
                step -> {},
                config -> Freshet.start(config, Embedders.builder().add(model).build()));
    }

    /** Runs it, and stops the server. */
    @Override
    public FreshnessFigures run() throws IOException {
        progress.begin("start", 1);
        EmbeddedFreshet.Running running = freshet.start();
        FreshetClient client = new FreshetClient(running.http().toString());
        client.putDataset(DATASET, new DatasetDefinition(List.of("id"), List.of("text"), null));
        int partitions = awaitIndex(client);
        long indexId = client.get("/v1/vectors/index/" + INDEX).path("id").asLong();
        List<VisibleRow> rows = send(running, indexId, partitions);
        checkAll(client, rows.size());
        progress.begin("stop", 1);
        freshet.close();
        return figures(rows);
    }

    @Override
    public void close() {
        freshet.close();
    }

    private List<VisibleRow> send(EmbeddedFreshet.Running running, long indexId, int partitions) throws IOException {
        long all = rows(settings.warmUp().plus(settings.measured()));
        progress.begin("rows", all);
        AtomicLong acknowledged = new AtomicLong();
        try (Watch watch = new Watch(running.search(), indexId, partitions)) {
            new OpenLoop(running.http(), DATASET, settings.texts()).run(all, settings.rowsPerSecond(), row -> {
                watch.add(row);
                progress.stepTo(acknowledged.incrementAndGet());
            });
            return watch.finish();
        }
    }

    private long rows(Duration duration) {
        return Math.max(1, duration.toMillis() * settings.rowsPerSecond() / 1_000);
    }

    private FreshnessFigures figures(List<VisibleRow> all) throws IOException {
        long first = settings.warmUp().isZero() ? 0 : rows(settings.warmUp());
        List<VisibleRow> rows =
                all.stream().filter(visible -> visible.row().number() >= first).toList();
        TracedHops traced = TracedHops.read(trace, TOPICS.rows(), DATASET, TOPICS.vectors());
        HopTable hops = new HopTable();
        for (VisibleRow visible : rows) {
            Optional<TracedHops.Hops> way = traced.of(visible.row().rowKey());
            way.ifPresent(known -> hops.add(visible, known));
        }
        return new FreshnessFigures(
                latencies(rows, visible -> visible.visible() - visible.row().acknowledged()),
                latencies(rows, visible -> visible.visible() - visible.row().intended()),
                hops.hops(),
                hops.rows());
    }

    private static Latencies latencies(List<VisibleRow> rows, ToLongFunction<VisibleRow> nanos) {
        long begin = rows.stream()
                .mapToLong(visible -> visible.row().intended())
                .min()
                .orElseThrow();
        long end = rows.stream()
                .mapToLong(visible -> visible.row().acknowledged())
                .max()
                .orElseThrow();
        return new Latencies(rows.stream().mapToLong(nanos).toArray(), (end - begin) / 1e9);
    }

    /** How many partitions it has, once it can be searched. */
    private static int awaitIndex(FreshetClient client) throws IOException {
        long deadline = System.nanoTime() + INDEX_WITHIN.toNanos();
        while (true) {
            JsonNode index = client.get("/v1/vectors/index/" + INDEX);
            if (index.path("status").asText().equals("ready")) {
                return index.path("partition_count").asInt();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("waited " + INDEX_WITHIN.toSeconds() + " s for the index: " + index);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the index", e);
            }
        }
    }

    private static void checkAll(FreshetClient client, int sent) throws IOException {
        long rows = client.get("/v1/vectors/index/" + INDEX).path("rows").asLong();
        if (rows != sent) {
            throw new IOException(sent + " rows were visible, but the index has " + rows);
        }
    }
}
