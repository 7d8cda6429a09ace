package dev.freshet.ops.bench.restart;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import dev.freshet.ops.bench.server.DecimalVectors;
import dev.freshet.ops.bench.server.ServerProcess;
import dev.freshet.ops.bench.server.SnapshotFiles;
import dev.freshet.ops.bench.server.VectorUpload;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.VectorSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills an index of a server of its own, kills that server, and watches it come back: first with its snapshots, then without. For one thread; {@link #close},
 * from any thread, ends the server.
 */
public final class RestartBenchmark implements Benchmark<RestartFigures> {
    private static final String INDEX = BenchmarkIndex.NAME;
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(60);
    private static final Duration SAVED_WITHIN = Duration.ofMinutes(10);
    private static final Duration BACK_WITHIN = Duration.ofMinutes(30);
    private static final int POLL_MS = 20;
    private static final int SLOW_POLL_MS = 250;
    private static final int EXACT_CHECKS = 20;
    private static final int CHECKS = 200;

    private final Settings settings;
    private final ServerProcess server;
    private final FreshetClient client;
    private final BenchmarkIndex index;
    private final BenchmarkProgress progress;
    private int checked;
    private int first;

    /**
     * What to measure.
     *
     * @param vectors drawn from {@code seed}; no queries are needed, as vectors are looked up by themselves
     * @param repeats restarts of each kind, at least 1
     */
    public record Settings(MeasuredEngine engine, SyntheticVectors vectors, int m, int efConstruction, int repeats) {
        public Settings {
            requireNonNull(engine, "engine is null");
            requireNonNull(vectors, "vectors is null");
            if (repeats < 1) {
                throw new IllegalArgumentException("repeats is " + repeats + ", must be at least 1");
            }
        }
    }

    /**
     * @param directory for the server's data, empty
     * @param mainClass of the command line
     */
    public RestartBenchmark(Settings settings, Path directory, String mainClass, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.server = new ServerProcess(directory.resolve("server"), mainClass);
        this.client = new FreshetClient(server.url());
        this.index = new BenchmarkIndex(client);
    }

    /** Runs it. What goes wrong with the server is an {@link IOException} with what it said last. */
    @Override
    public RestartFigures run() throws IOException {
        progress.begin("vectors", 1);
        float[][] vectors = settings.vectors().load().base();
        DecimalVectors.round(vectors);
        progress.begin("start", 1);
        server.start();
        server.await("the server", BACK_WITHIN, POLL_MS, this::ready);
        index.create(settings.engine(), settings.vectors().dimensions(), settings.m(), settings.efConstruction());
        long began = System.nanoTime();
        fill(vectors);
        double fillSeconds = seconds(began);
        began = System.nanoTime();
        awaitSnapshots();
        double saveSeconds = seconds(began);
        check(vectors);
        List<Phases> restarts = new ArrayList<>();
        List<Phases> rebuilds = new ArrayList<>();
        SnapshotFiles.Found snapshots = SnapshotFiles.under(server.directory());
        requireSnapshots(snapshots);
        for (int repeat = 0; repeat < settings.repeats(); repeat++) {
            restarts.add(restart("kill -9, restart", vectors, false));
        }
        for (int repeat = 0; repeat < settings.repeats(); repeat++) {
            rebuilds.add(restart("restart without snapshots", vectors, true));
            awaitSnapshots();
        }
        return new RestartFigures(
                restarts,
                rebuilds,
                snapshots.files().size(),
                snapshots.bytes(),
                fillSeconds,
                saveSeconds,
                first / (double) checked);
    }

    @Override
    public void close() {
        server.close();
    }

    private void fill(float[][] vectors) throws IOException {
        progress.begin("send", vectors.length);
        new VectorUpload(client, INDEX, vectors).run(progress);
        progress.begin("index", vectors.length);
        server.await("all vectors to be searchable", SEARCHABLE_WITHIN, SLOW_POLL_MS, this::allThere);
    }

    private boolean ready() {
        return client.ready();
    }

    private boolean allThere() {
        BenchmarkIndex.State state = index.state();
        progress.stepTo(state.vectors());
        return state.vectors() == settings.vectors().vectors() && state.ready();
    }

    private void awaitSnapshots() throws IOException {
        if (!settings.engine().hasSnapshots()) {
            return;
        }
        progress.begin("snapshots", 1);
        server.await("all vectors to be in snapshots", SAVED_WITHIN, SLOW_POLL_MS, () -> index.unsaved() == 0);
    }

    private void requireSnapshots(SnapshotFiles.Found snapshots) throws IOException {
        if (settings.engine().hasSnapshots() && snapshots.files().isEmpty()) {
            throw new IOException("the engine " + settings.engine().name()
                    + " has snapshots, but the server wrote none in " + server.directory());
        }
    }

    private Phases restart(String what, float[][] vectors, boolean withoutSnapshots) throws IOException {
        progress.begin(what, vectors.length);
        server.kill();
        if (withoutSnapshots) {
            SnapshotFiles.under(server.directory()).delete();
        }
        long began = System.nanoTime();
        server.start();
        server.await("HTTP to listen", BACK_WITHIN, POLL_MS, this::listens);
        double listens = seconds(began);
        float[] query = vectors[0];
        server.await("a search to be answered", BACK_WITHIN, POLL_MS, () -> searchIsAnswered(query));
        double firstAnswer = seconds(began);
        server.await("the index to be complete", BACK_WITHIN, POLL_MS, () -> allThere() && searchIsComplete(query));
        Phases phases = new Phases(listens, firstAnswer, seconds(began));
        check(vectors);
        return phases;
    }

    private boolean listens() {
        client.get("/livez");
        return true;
    }

    private boolean searchIsAnswered(float[] query) {
        client.searchJson(INDEX, new VectorSearch(query, 1, false));
        return true;
    }

    private boolean searchIsComplete(float[] query) {
        return client.searchJson(INDEX, new VectorSearch(query, 1, false))
                .path("coverage")
                .path("complete")
                .asBoolean();
    }

    /** Vectors spread over the whole index find themselves: all of them by an exact search; how many by the graph is counted. */
    private void check(float[][] vectors) throws IOException {
        progress.begin("check", CHECKS);
        int checks = Math.min(CHECKS, vectors.length);
        for (int i = 0; i < checks; i++) {
            int position = (int) ((long) i * vectors.length / checks);
            if (i < EXACT_CHECKS && !isFoundFirst(vectors, position, true)) {
                throw new IOException("an exact search for the vector " + DecimalVectors.id(position)
                        + " does not return it first: the index is not what was put into it");
            }
            checked++;
            first += isFoundFirst(vectors, position, false) ? 1 : 0;
            progress.stepTo(i + 1);
        }
    }

    private boolean isFoundFirst(float[][] vectors, int position, boolean exact) {
        JsonNode answer = client.searchJson(INDEX, new VectorSearch(vectors[position], 1, exact));
        return answer.path("results").path(0).path("row").asText().equals(DecimalVectors.id(position));
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
