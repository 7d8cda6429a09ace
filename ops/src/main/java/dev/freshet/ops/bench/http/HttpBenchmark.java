package dev.freshet.ops.bench.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.BenchmarkVectors;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.bench.server.DecimalVectors;
import dev.freshet.ops.bench.server.ServerMetrics;
import dev.freshet.ops.bench.server.VectorUpload;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.VectorSearch;
import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a server in this process, fills an index, and searches it in two ways, in turns: from threads of this process, and over HTTP from a process of its own. For one
 * thread; {@link #close}, from any thread, ends the server and the client.
 */
public final class HttpBenchmark implements AutoCloseable {
    private static final String INDEX = "bench";
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(60);
    private static final Duration SAVED_WITHIN = Duration.ofMinutes(10);
    private static final int POLL_MS = 250;
    private static final int CHECKS = 20;
    /** Of what the slower of the two ways can do. */
    private static final double PACED_SHARE = 0.5;

    private final Settings settings;
    private final Path directory;
    private final BenchmarkProgress progress;
    private final EmbeddedFreshet freshet;

    /**
     * What to measure.
     *
     * @param vectors with the queries, which are gone through again and again
     * @param ef candidates looked at per partition; null: the index's own
     * @param connections and as many threads in the server's process, at least 1
     * @param rounds of each kind, at least 1
     * @param measured how long each is
     * @param warmUp how long each kind runs before the first round
     */
    public record Settings(
            VectorIndexes engine,
            SyntheticVectors vectors,
            int m,
            int efConstruction,
            int k,
            @Nullable Integer ef,
            int connections,
            int rounds,
            Duration measured,
            Duration warmUp) {
        public Settings {
            requireNonNull(engine, "engine is null");
            requireNonNull(vectors, "vectors is null");
            if (k < 1 || k > vectors.vectors()) {
                throw new IllegalArgumentException("k is " + k + ", must be 1 to " + vectors.vectors());
            }
            if (connections < 1 || rounds < 1) {
                throw new IllegalArgumentException(
                        connections + " connections, " + rounds + " rounds: at least 1 of each");
            }
            if (measured.toMillis() < 1 || warmUp.isNegative()) {
                throw new IllegalArgumentException("nothing is measured in " + measured + " after " + warmUp);
            }
        }
    }

    /**
     * @param directory for the server's data, empty
     */
    public HttpBenchmark(Settings settings, Path directory, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.directory = requireNonNull(directory, "directory is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.freshet = new EmbeddedFreshet(
                new EmbeddedFreshet.Settings(directory.resolve("server"), 0, 0, 0, Map.of()), step -> {});
    }

    /** Runs it. */
    public HttpFigures run() throws IOException {
        progress.begin("vectors", 1);
        BenchmarkVectors vectors = settings.vectors().load();
        DecimalVectors.round(vectors.base());
        progress.begin("start", 1);
        EmbeddedFreshet.Running running = freshet.start();
        FreshetClient client = new FreshetClient(running.http().toString());
        long indexId = fill(client, vectors.base());
        return measure(running.http(), client, running.search(), indexId, vectors.queries());
    }

    @Override
    public void close() {
        freshet.close();
    }

    private long fill(FreshetClient client, float[][] vectors) throws IOException {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("name", INDEX);
        definition.put("dimension", settings.vectors().dimensions());
        definition.put("engine", settings.engine().engine());
        definition.put("m", settings.m());
        definition.put("ef_construction", settings.efConstruction());
        client.createIndex(definition);
        progress.begin("send", vectors.length);
        new VectorUpload(client, INDEX, vectors).run(progress);
        progress.begin("index", vectors.length);
        await("all vectors to be searchable", SEARCHABLE_WITHIN, () -> allThere(client));
        if (settings.engine().hasSnapshots()) {
            // While snapshots are written, less is left for searches.
            progress.begin("snapshots", 1);
            await("all vectors to be in snapshots", SAVED_WITHIN, () -> unsaved(client) == 0);
        }
        return index(client).path("id").asLong();
    }

    private HttpFigures measure(
            URI server, FreshetClient client, SearchService service, long indexId, float[][] queries)
            throws IOException {
        InProcessCaller inProcess = new InProcessCaller(service, indexId, queries, settings.k(), settings.ef());
        check(client, inProcess, queries);
        Path bodies = directory.resolve("bodies");
        SearchBodies.write(
                bodies,
                Stream.of(queries)
                        .map(query -> SearchBodies.body(query, settings.k(), settings.ef()))
                        .toList());
        List<HttpRound> together = new ArrayList<>();
        List<HttpRound> paced = new ArrayList<>();
        List<HttpRound> alone = new ArrayList<>();
        try (HttpClientProcess process =
                new HttpClientProcess(server, "/v1/vectors/index/" + INDEX + "/search", bodies)) {
            progress.begin("warm-up", 1);
            if (!settings.warmUp().isZero()) {
                round(inProcess, process, settings.connections(), settings.warmUp(), 0);
            }
            progress.begin("rounds", settings.rounds());
            for (int round = 0; round < settings.rounds(); round++) {
                HttpRound all = round(inProcess, process, settings.connections(), settings.measured(), 0);
                double perSecond =
                        Math.min(all.inProcess().perSecond(), all.http().perSecond()) * PACED_SHARE;
                together.add(all);
                paced.add(round(inProcess, process, settings.connections(), settings.measured(), perSecond));
                alone.add(round(inProcess, process, 1, settings.measured(), 0));
                progress.stepTo(round + 1);
            }
        }
        return new HttpFigures(together, paced, alone);
    }

    private HttpRound round(
            InProcessCaller inProcess, HttpClientProcess client, int callers, Duration howLong, double perSecond)
            throws IOException {
        CallLoop loop = new CallLoop(
                Collections.nCopies(callers, inProcess), settings.vectors().queries());
        Duration begin = cpu();
        Latencies here = perSecond == 0 ? loop.run(howLong) : loop.runPaced(howLong, perSecond);
        Duration between = cpu();
        Duration clientBegin = client.cpu();
        Latencies there = client.run(callers, howLong, perSecond);
        return new HttpRound(
                here,
                there,
                micros(begin, between, here),
                micros(between, cpu(), there),
                micros(clientBegin, client.cpu(), there));
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double micros(Duration begin, Duration end, Latencies searches) {
        return end.minus(begin).toNanos() / 1e3 / searches.nanos().length;
    }

    /** Both ways find the same, in the same order. */
    private void check(FreshetClient client, InProcessCaller inProcess, float[][] queries) throws IOException {
        for (int i = 0; i < Math.min(CHECKS, queries.length); i++) {
            List<String> here =
                    inProcess.search(i).results().stream().map(SearchHit::id).toList();
            List<String> there = new ArrayList<>();
            client.searchJson(INDEX, new VectorSearch(queries[i], settings.k(), false))
                    .path("results")
                    .forEach(result -> there.add(result.path("id").asText()));
            if (here.size() != settings.k() || (settings.ef() == null && !here.equals(there))) {
                throw new IOException("query " + i + " finds " + here + " in the process, but " + there + " over HTTP");
            }
        }
    }

    private boolean allThere(FreshetClient client) {
        JsonNode index = index(client);
        long vectors = index.path("vectors").asLong();
        progress.stepTo(vectors);
        return vectors == settings.vectors().vectors()
                && index.path("status").asText().equals("ready");
    }

    private static JsonNode index(FreshetClient client) {
        return client.get("/v1/vectors/index/" + INDEX);
    }

    private static double unsaved(FreshetClient client) {
        return ServerMetrics.of(client).sum("freshet_index_unsaved_vectors", "index=\"" + INDEX + "\"");
    }

    private static void await(String what, Duration within, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("waited " + within.toMinutes() + " minutes for " + what);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + what, e);
            }
        }
    }
}
