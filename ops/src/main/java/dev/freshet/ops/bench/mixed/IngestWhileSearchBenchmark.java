package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.BenchmarkVectors;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.load.HttpSearches;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.bench.load.RawConnection;
import dev.freshet.ops.bench.load.SearchBodies;
import dev.freshet.ops.bench.load.SearchLoad;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import dev.freshet.ops.bench.server.DecimalVectors;
import dev.freshet.ops.bench.server.ServerProcess;
import dev.freshet.ops.bench.server.VectorUpload;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.VectorSearch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fills an index of a server of its own, and searches it over HTTP: in turns while nothing else happens, and while rows arrive at a steady rate. In the end the index must
 * hold what was sent. For one thread; {@link #close}, from any thread, ends the server.
 */
public final class IngestWhileSearchBenchmark implements Benchmark<IngestWhileSearchFigures> {
    private static final Duration UP_WITHIN = Duration.ofMinutes(5);
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(60);
    private static final Duration SAVED_WITHIN = Duration.ofMinutes(10);
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(30);
    private static final int POLL_MS = 250;
    private static final int CHECKS = 20;
    private static final int ARRIVING_VECTORS_MAX = 200_000;

    private final Settings settings;
    private final ServerProcess server;
    private final URI url;
    private final FreshetClient client;
    private final BenchmarkIndex index;
    private final BenchmarkProgress progress;

    /**
     * What to measure.
     *
     * @param search what is measured, while rows arrive and while none do
     * @param load the rows that arrive
     * @param settle how long rows arrive before searches are measured
     */
    public record Settings(SearchLoad search, IngestLoad load, Duration settle) {
        public Settings {
            requireNonNull(search, "search is null");
            requireNonNull(load, "load is null");
            if (settle.isNegative()) {
                throw new IllegalArgumentException("rows cannot arrive for " + settle);
            }
        }

        /** About how many rows will arrive. */
        int arriving() {
            double seconds = (search.warmUp().toMillis()
                            + (double) search.rounds()
                                    * settle.plus(search.measured()).toMillis())
                    / 1e3;
            return (int) Math.max(1, Math.min(ARRIVING_VECTORS_MAX, load.rowsPerSecond() * seconds));
        }
    }

    /**
     * @param directory for the server's data, empty
     * @param mainClass of the command line
     */
    public IngestWhileSearchBenchmark(Settings settings, Path directory, String mainClass, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.server = new ServerProcess(directory.resolve("server"), mainClass);
        this.url = URI.create(server.url());
        this.client = new FreshetClient(server.url());
        this.index = new BenchmarkIndex(client);
    }

    /** Runs it. What goes wrong with the server is an {@link IOException} with what it said last. */
    @Override
    public IngestWhileSearchFigures run() throws IOException {
        progress.begin("vectors", 1);
        SyntheticVectors source = settings.search().vectors();
        int there = source.vectors();
        BenchmarkVectors drawn = new SyntheticVectors(
                        there + settings.arriving(), source.queries(), source.dimensions(), source.seed())
                .load();
        DecimalVectors.round(drawn.base());
        progress.begin("start", 1);
        server.start();
        server.await("the server", UP_WITHIN, POLL_MS, client::ready);
        index.create(
                settings.search().engine(),
                source.dimensions(),
                settings.search().m(),
                settings.search().efConstruction());
        fill(Arrays.copyOf(drawn.base(), there));
        ArrivingRows rows = new ArrivingRows(
                Arrays.copyOfRange(drawn.base(), there, drawn.base().length),
                there,
                settings.load().updates(),
                source.seed());
        BatchRequests batches = new BatchRequests(url, rows, settings.load().batchRows());
        Probes probes = new Probes(url, drawn.queries());
        MixedPhases phases = new MixedPhases(
                searches(drawn.queries()),
                batches,
                probes,
                new PositionWait(url, drawn.queries()[0]),
                settings.load().rowsPerSecond());
        List<MixedRound> rounds = measure(phases);
        long arrived = batches.rowsTaken();
        check(rows, arrived, there + rows.added(arrived) + probes.ids());
        return new IngestWhileSearchFigures(rounds, arrived, index.state().vectors());
    }

    @Override
    public void close() {
        server.close();
    }

    private void fill(float[][] vectors) throws IOException {
        progress.begin("send", vectors.length);
        new VectorUpload(client, BenchmarkIndex.NAME, vectors).run(progress);
        progress.begin("index", vectors.length);
        server.await("all vectors to be searchable", SEARCHABLE_WITHIN, POLL_MS, () -> {
            BenchmarkIndex.State state = index.state();
            progress.stepTo(state.vectors());
            return state.vectors() == vectors.length && state.ready();
        });
        if (settings.search().engine().hasSnapshots()) {
            progress.begin("snapshots", 1);
            server.await("all vectors to be in snapshots", SAVED_WITHIN, POLL_MS, () -> index.unsaved() == 0);
        }
    }

    private List<MixedRound> measure(MixedPhases phases) throws IOException {
        progress.begin("warm-up", 1);
        if (!settings.search().warmUp().isZero()) {
            phases.idle(settings.search().warmUp());
            phases.ingest(Duration.ZERO, settings.search().warmUp());
            awaitQuiet();
        }
        progress.begin("rounds", settings.search().rounds());
        List<MixedRound> rounds = new ArrayList<>();
        Latencies before = phases.idle(settings.search().measured());
        for (int round = 0; round < settings.search().rounds(); round++) {
            IngestPhase ingest =
                    phases.ingest(settings.settle(), settings.search().measured());
            awaitQuiet();
            Latencies after = phases.idle(settings.search().measured());
            rounds.add(new MixedRound(before, ingest, after));
            before = after;
            progress.stepTo(round + 1);
        }
        return rounds;
    }

    private HttpSearches searches(float[][] queries) {
        List<byte[]> requests = Stream.of(queries)
                .map(query -> SearchBodies.body(
                        query,
                        settings.search().form(),
                        settings.search().k(),
                        settings.search().ef()))
                .map(body -> RawConnection.post(url, BenchmarkIndex.searchPath(), "application/json", body))
                .toList();
        return new HttpSearches(url, requests, settings.search().connections());
    }

    /** Until what arrived is in snapshots too, which takes some seconds. A few vectors may stay out of them for longer: that is quiet enough. */
    private void awaitQuiet() throws IOException {
        long deadline = System.nanoTime() + QUIET_WITHIN.toNanos();
        while (settings.search().engine().hasSnapshots() && index.unsaved() > 0 && System.nanoTime() < deadline) {
            server.requireAlive();
            pause(Duration.ofMillis(POLL_MS));
        }
    }

    /** The index holds what was sent, and some of the rows that arrived, spread over all of them, are found first by an exact search for their vectors. */
    private void check(ArrivingRows rows, long arrived, long expected) throws IOException {
        progress.begin("check", CHECKS);
        long vectors = index.state().vectors();
        if (vectors != expected) {
            throw new IOException("the index has " + vectors + " vectors, but " + expected + " were sent");
        }
        for (int i = 0; i < CHECKS; i++) {
            long number = arrived - 1 - i * arrived / CHECKS;
            ArrivingRows.Row row = rows.row(number);
            if (!rows.isLast(number, arrived)) {
                continue;
            }
            String first = client.searchJson(BenchmarkIndex.NAME, new VectorSearch(row.vector(), 1, true))
                    .path("results")
                    .path(0)
                    .path("row")
                    .asText();
            if (!first.equals(row.id())) {
                throw new IOException("an exact search for the vector of " + row.id() + " returns " + first + " first");
            }
            progress.stepTo(i + 1);
        }
    }

    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while measuring", e);
        }
    }
}
