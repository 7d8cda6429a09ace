package dev.freshet.ops.bench.freshness;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.RowPosition;
import dev.freshet.search.SearchService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Notes when rows become visible. One thread for each partition waits for its oldest row, as a writer with {@code wait=true} does: it is woken when something in the
 * stores has changed, looks whether its row is there, and goes on with the next. So nothing is asked again and again, and no row waits for a look.
 *
 * <p>Rows of a partition become visible in the order in which they were acknowledged, but for those that were sent at the same time: such a one may be noted a little
 * late, never early. {@link #add} may be called from any thread, the other methods are for one.
 */
final class Watch implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    /** The rows topic of a new server is the first of its name. */
    private static final int EPOCH = 0;

    /** After the last; no row has a negative number. */
    private static final SentRow END = new SentRow(-1, "", -1, -1, 0, 0, 0);

    private final SearchService search;
    private final long indexId;
    private final List<BlockingQueue<SentRow>> queues = new ArrayList<>();
    private final List<Future<List<VisibleRow>>> watching = new ArrayList<>();
    private final ExecutorService threads;

    /** Starts to watch. */
    Watch(SearchService search, long indexId, int partitions) {
        this.search = requireNonNull(search, "search is null");
        this.indexId = indexId;
        this.threads = Executors.newFixedThreadPool(partitions);
        for (int i = 0; i < partitions; i++) {
            BlockingQueue<SentRow> queue = new LinkedBlockingQueue<>();
            queues.add(queue);
            watching.add(threads.submit(() -> watch(queue)));
        }
    }

    /** A row to look out for. */
    void add(SentRow row) {
        queues.get(row.partition()).add(row);
    }

    /** All rows that were added, when all of them are visible. */
    List<VisibleRow> finish() throws IOException {
        queues.forEach(queue -> queue.add(END));
        List<VisibleRow> all = new ArrayList<>();
        for (Future<List<VisibleRow>> one : watching) {
            try {
                all.addAll(one.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while rows were watched", e);
            } catch (ExecutionException e) {
                throw new IOException("rows could not be watched: " + e.getCause(), e.getCause());
            }
        }
        return all;
    }

    private List<VisibleRow> watch(BlockingQueue<SentRow> queue) throws InterruptedException, IOException {
        List<VisibleRow> visible = new ArrayList<>();
        for (SentRow row = queue.take(); row.number() >= 0; row = queue.take()) {
            RowPosition position = new RowPosition(row.rowKey(), row.partition(), RowVersion.of(EPOCH, row.offset()));
            AwaitResult result = search.await(indexId, List.of(position), WITHIN);
            long now = System.nanoTime();
            if (!result.missing().isEmpty() || !result.failed().isEmpty()) {
                throw new IOException(
                        "row " + row.rowKey() + " is not searchable after " + WITHIN.toSeconds() + " s: " + result);
            }
            visible.add(new VisibleRow(row, now));
        }
        return visible;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
