package dev.freshet.ops.bench.server;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.search.SearchWidth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A server in this process with the index of a benchmark. {@link #fill} is for one thread and comes first; what follows is for any. {@link #close}, from any thread, ends
 * the server.
 */
public final class EmbeddedIndex implements AutoCloseable {
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(60);
    private static final Duration SAVED_WITHIN = Duration.ofMinutes(10);
    private static final int POLL_MS = 250;

    private final EmbeddedFreshet freshet;
    private final BenchmarkProgress progress;

    /**
     * @param directory for the server's data, empty
     * @param settings of the server, by their names
     */
    public EmbeddedIndex(Path directory, Map<String, String> settings, BenchmarkProgress progress) {
        this.progress = requireNonNull(progress, "progress is null");
        this.freshet = new EmbeddedFreshet(new EmbeddedFreshet.Settings(directory, 0, 0, 0, settings), step -> {});
    }

    /**
     * The index when it is filled.
     *
     * @param http the server's URL
     * @param id the index's
     * @param efSearch its candidates for one graph that holds it whole
     */
    public record Filled(
            URI http, FreshetClient client, InProcessSearches searches, long id, int efSearch, int partitions) {
        /** Candidates that a search without {@code ef} looks at per partition. */
        public SearchWidth width(int k) {
            return new SearchWidth(efSearch, k, partitions);
        }
    }

    /**
     * Starts the server, has it create the index, and fills that. Returns when all vectors are searchable, and in snapshots if the engine has any: while they are written, less is left for searches.
     *
     * @param vectors {@linkplain DecimalVectors#round rounded}
     * @param metadata by position, see {@link VectorUpload}
     */
    public Filled fill(
            MeasuredEngine engine, int m, int efConstruction, float[][] vectors, IntFunction<@Nullable String> metadata)
            throws IOException {
        progress.begin("start", 1);
        EmbeddedFreshet.Running running = freshet.start();
        FreshetClient client = new FreshetClient(running.http().toString());
        BenchmarkIndex index = new BenchmarkIndex(client);
        index.create(engine, vectors[0].length, m, efConstruction);
        progress.begin("send", vectors.length);
        new VectorUpload(client, BenchmarkIndex.NAME, vectors, metadata).run(progress);
        progress.begin("index", vectors.length);
        await("all vectors to be searchable", SEARCHABLE_WITHIN, () -> allThere(index, vectors.length));
        if (engine.hasSnapshots()) {
            progress.begin("snapshots", 1);
            await("all vectors to be in snapshots", SAVED_WITHIN, () -> index.unsaved() == 0);
        }
        JsonNode state = index.state().json();
        int partitions = state.path("partition_count").asInt();
        return new Filled(
                running.http(),
                client,
                new InProcessSearches(running.partitions(), partitions),
                state.path("id").asLong(),
                state.path("ef_search").asInt(),
                partitions);
    }

    @Override
    public void close() {
        freshet.close();
    }

    private boolean allThere(BenchmarkIndex index, int vectors) {
        BenchmarkIndex.State state = index.state();
        progress.stepTo(state.vectors());
        return state.vectors() == vectors && state.ready();
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
