package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.SnapshotHeader;
import dev.freshet.index.SnapshotWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the snapshots of this process's graphs: in the background when they are due ({@link SnapshotPace}), and when a store closes. One at a time, and in the background for at most
 * a tenth of the time. It also tells stores every second that time goes by ({@link VectorStore#tick}).
 *
 * <p>What fails is logged with what to do, counted, and tried again later; the snapshot before stays, and searches go on.
 *
 * <p><b>A snapshot is never ahead of the consumer group.</b> Changes that are applied while it is written may be in it. It takes its place only when the group has committed
 * the last of them: then a restart restores up to there before it answers, and no row is seen as it was before, nor one that was deleted since.
 */
final class SnapshotKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SnapshotKeeper.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int REST = 9;
    /** How long a snapshot waits for the group's commit by default; it commits about every second. */
    static final Duration COMMITTED_WITHIN = Duration.ofSeconds(10);

    private static final Duration COMMITTED_POLL = Duration.ofMillis(20);
    /** What stores that close may take for their snapshots, all those together that close in a row. */
    static final Duration CLOSING_WITHIN = Duration.ofSeconds(5);

    private static final Duration CLOSING_FORGOTTEN = Duration.ofSeconds(30);

    private final Supplier<Collection<VectorStore>> stores;
    private final SnapshotMetrics metrics;
    private final Clock clock;
    private final Duration committedWithin;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable VectorStore writer;
    private @Nullable ScheduledExecutorService ticker;
    private long restUntil = System.nanoTime();
    private long closingSince = System.nanoTime();
    private long closingLeft = CLOSING_WITHIN.toNanos();
    private volatile boolean closed;

    SnapshotKeeper(
            Supplier<Collection<VectorStore>> stores, SnapshotMetrics metrics, Clock clock, Duration committedWithin) {
        this.committedWithin = requireNonNull(committedWithin, "committedWithin is null");
        this.stores = requireNonNull(stores, "stores is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Works in the background from now on. */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing depends on it; where the system heeds it, searches profit.
    synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "freshet-snapshots");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
        started.scheduleWithFixedDelay(
                () -> tick(System.nanoTime()), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        ticker = started;
    }

    /** Looks once at all stores, and writes what is due. */
    void tick(long now) {
        for (VectorStore store : stores.get()) {
            try {
                store.tick(now);
                for (IndexPartition index : store.indexes()) {
                    if (index.snapshotDue(now) && now - restUntil >= 0) {
                        write(store, index);
                    }
                }
            } catch (RuntimeException | InternalError e) {
                // The next tick comes all the same. An InternalError is what a mapped file that cannot be read throws.
                log.error("partition {}: the snapshots are not looked after", store.partition(), e);
            }
        }
    }

    private void write(VectorStore store, IndexPartition index) {
        writing.lock();
        try {
            writer = store;
            BooleanSupplier givenUp = () -> closed || store.isClosing() || index.isDropped();
            if (!givenUp.getAsBoolean()) {
                long began = System.nanoTime();
                write(store, index, givenUp, committedWithin);
                long ended = System.nanoTime();
                restUntil = ended + REST * (ended - began);
            }
        } finally {
            writer = null;
            writing.unlock();
        }
    }

    /**
     * Writes what is unsaved of a store that closes and takes no more changes, if that is quick. When this returns nothing is being written of it any more. On the thread that closes it.
     */
    void closing(VectorStore store) {
        boolean unsaved = store.indexes().stream().anyMatch(index -> index.unsaved() > 0);
        boolean alone = unsaved ? tryLock() : writing.tryLock();
        store.giveUpSnapshots();
        if (!alone) {
            // Of this store: it ends with the next block. Of another: then there is nothing to wait for.
            if (writer == store) {
                awaitEnd(store);
            }
            return;
        }
        try {
            for (IndexPartition index : store.indexes()) {
                long deadline = System.nanoTime() + closingLeft();
                if (index.unsaved() > 0 && index.snapshotNanos() < closingLeft()) {
                    long began = System.nanoTime();
                    write(store, index, () -> System.nanoTime() - deadline > 0, Duration.ZERO);
                    closingLeft -= System.nanoTime() - began;
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private void awaitEnd(VectorStore store) {
        writing.lock();
        try {
            log.debug("partition {}: a snapshot was given up", store.partition());
        } finally {
            writing.unlock();
        }
    }

    private boolean tryLock() {
        try {
            return writing.tryLock(CLOSING_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return writing.tryLock();
        }
    }

    private long closingLeft() {
        if (System.nanoTime() - closingSince > CLOSING_FORGOTTEN.toNanos()) {
            closingSince = System.nanoTime();
            closingLeft = CLOSING_WITHIN.toNanos();
        }
        return closingLeft;
    }

    private void write(VectorStore store, IndexPartition index, BooleanSupplier givenUp, Duration commitWithin) {
        IndexGraph graph = index.serving();
        long offset = store.applied() + 1;
        if (graph == null || offset < 1) {
            return;
        }
        // Counted before the rows are read: what is counted is in the snapshot.
        long changes = graph.changes();
        long began = System.nanoTime();
        String name = index.definition().name();
        try {
            SnapshotHeader header =
                    IndexPartition.header(index.definition(), store.partition(), offset, clock.millis());
            Path file = store.snapshotFiles().createFile(index.definition().id());
            long size;
            try (SnapshotWriter snapshot = SnapshotWriter.create(file, header, givenUp)) {
                graph.write(snapshot);
                if (!committed(store, givenUp, commitWithin)) {
                    index.snapshotFailed(System.nanoTime());
                    log.info(
                            "partition {}: a snapshot of index {} was thrown away: the consumer group has not committed what is in it",
                            store.partition(),
                            name);
                    return;
                }
                size = snapshot.size();
                snapshot.commit();
            }
            if (index.isDropped()) {
                store.snapshotFiles().delete(index.definition().id());
            }
            long took = System.nanoTime() - began;
            index.snapshotWritten(graph, changes, System.nanoTime(), took);
            metrics.written(took, size);
            log.debug(
                    "partition {}: wrote a snapshot of index {}, {} bytes in {} ms, offset {}",
                    store.partition(),
                    name,
                    size,
                    TimeUnit.NANOSECONDS.toMillis(took),
                    offset);
        } catch (InterruptedIOException e) {
            log.debug("partition {}: index {}: {}", store.partition(), name, e.getMessage());
        } catch (IOException | RuntimeException e) {
            metrics.failed();
            index.snapshotFailed(System.nanoTime());
            log.warn(
                    "partition {}: the snapshot of index {} could not be written, the one before stays and it is tried again later. "
                            + "Check that the disk of the state directory has room and can be written: {}",
                    store.partition(),
                    name,
                    e.toString());
        }
    }

    private static boolean committed(VectorStore store, BooleanSupplier givenUp, Duration within) {
        long newest = store.begun();
        long deadline = System.nanoTime() + within.toNanos();
        try {
            while (store.committed() < newest) {
                if (givenUp.getAsBoolean() || System.nanoTime() - deadline >= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(COMMITTED_POLL.toNanos());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the background work. */
    @Override
    public synchronized void close() {
        closed = true;
        if (ticker != null) {
            ticker.shutdown();
        }
    }
}
