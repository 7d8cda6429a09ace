package dev.freshet.ops.bench.http;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toCollection;

import dev.freshet.app.FreshetConfig;
import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.BenchmarkVectors;
import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.bench.load.SearchBodies;
import dev.freshet.ops.bench.load.SearchLoad;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import dev.freshet.ops.bench.server.DecimalVectors;
import dev.freshet.ops.bench.server.EmbeddedIndex;
import dev.freshet.ops.client.VectorSearch;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchWidth;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a server in this process, fills an index, and searches it in two ways, in turns: from threads of this process, and over HTTP from a process of its own. For one
 * thread; {@link #close}, from any thread, ends the server and the client.
 */
public final class HttpBenchmark implements Benchmark<HttpFigures> {
    private static final int CHECKS = 20;
    private static final int RECALL_QUERIES = 200;
    /** Of what the slower of the two ways can do. */
    private static final double PACED_SHARE = 0.5;

    private final SearchLoad settings;
    private final Path directory;
    private final BenchmarkProgress progress;
    private final EmbeddedIndex index;

    /**
     * @param settings what to measure, with as many threads in the server's process as connections
     * @param partitions of the server's topics; null: as many as it makes by itself
     * @param directory for the server's data, empty
     */
    public HttpBenchmark(
            SearchLoad settings, @Nullable Integer partitions, Path directory, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.directory = requireNonNull(directory, "directory is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.index = new EmbeddedIndex(
                directory.resolve("server"),
                partitions == null ? Map.of() : Map.of(FreshetConfig.PARTITIONS, partitions.toString()),
                progress);
    }

    /** Runs it. */
    @Override
    public HttpFigures run() throws IOException {
        progress.begin("vectors", 1);
        BenchmarkVectors vectors = settings.vectors().load();
        DecimalVectors.round(vectors.base());
        return measure(
                index.fill(
                        settings.engine(), settings.m(), settings.efConstruction(), vectors.base(), position -> null),
                vectors.queries());
    }

    @Override
    public void close() {
        index.close();
    }

    private HttpFigures measure(EmbeddedIndex.Filled filled, float[][] queries) throws IOException {
        SearchWidth width = settings.ef() == null ? filled.width(settings.k()) : null;
        List<VectorQuery> searches =
                Stream.of(queries).map(query -> query(filled, query, false)).toList();
        CallLoop.Caller inProcess = number -> filled.searches().nearest(searches.get(number), width);
        check(filled, searches, width, queries);
        double recall = recall(filled, searches, width, queries);
        Path bodies = directory.resolve("bodies");
        SearchBodies.write(
                bodies,
                Stream.of(queries)
                        .map(query -> SearchBodies.body(query, settings.form(), settings.k(), settings.ef()))
                        .toList());
        List<HttpRound> together = new ArrayList<>();
        List<HttpRound> paced = new ArrayList<>();
        List<HttpRound> alone = new ArrayList<>();
        try (HttpClientProcess process = new HttpClientProcess(filled.http(), BenchmarkIndex.searchPath(), bodies)) {
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
        return new HttpFigures(filled.partitions(), recall, together, paced, alone);
    }

    private HttpRound round(
            CallLoop.Caller inProcess, HttpClientProcess client, int callers, Duration howLong, double perSecond)
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

    private VectorQuery query(EmbeddedIndex.Filled filled, float[] vector, boolean exact) {
        Integer ef = settings.ef();
        int candidates = ef == null ? filled.width(settings.k()).most() : ef;
        return new VectorQuery(filled.id(), vector, settings.k(), candidates, exact, null, false, false, null);
    }

    /** Share of the nearest that searches find. */
    private double recall(
            EmbeddedIndex.Filled filled, List<VectorQuery> searches, @Nullable SearchWidth width, float[][] queries)
            throws IOException {
        int compared = Math.min(RECALL_QUERIES, queries.length);
        progress.begin("recall", compared);
        int found = 0;
        int there = 0;
        for (int i = 0; i < compared; i++) {
            Set<String> nearest = ids(filled.searches().nearest(query(filled, queries[i], true)));
            there += nearest.size();
            nearest.retainAll(ids(filled.searches().nearest(searches.get(i), width)));
            found += nearest.size();
            progress.stepTo(i + 1);
        }
        return (double) found / there;
    }

    private static Set<String> ids(List<SearchHit> hits) {
        return hits.stream().map(SearchHit::id).collect(toCollection(HashSet::new));
    }

    /** Both ways find the same. */
    private void check(
            EmbeddedIndex.Filled filled, List<VectorQuery> searches, @Nullable SearchWidth width, float[][] queries)
            throws IOException {
        for (int i = 0; i < Math.min(CHECKS, queries.length); i++) {
            List<String> here = filled.searches().nearest(searches.get(i), width).stream()
                    .map(SearchHit::id)
                    .toList();
            List<String> there = new ArrayList<>();
            filled.client()
                    .searchJson(BenchmarkIndex.NAME, new VectorSearch(queries[i], settings.k(), false))
                    .path("results")
                    .forEach(result -> there.add(result.path("id").asText()));
            if (here.size() != settings.k() || (settings.ef() == null && !here.equals(there))) {
                throw new IOException("query " + i + " finds " + here + " in the process, but " + there + " over HTTP");
            }
        }
    }
}
