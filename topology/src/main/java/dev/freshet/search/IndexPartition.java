package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.index.SnapshotHeader;
import dev.freshet.index.VectorIndexes;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One index in one partition: its graph, once it is there, and how far it has come.
 *
 * <ul>
 *   <li><b>Waiting</b>: there is a snapshot from before, not read yet. Changes go to the storage, and the row is marked dirty: the snapshot may not know of them.
 *   <li><b>Cold</b>: no graph, and none in the making. Changes stay in {@link RowStorage} alone.
 *   <li><b>Loading</b>: an {@link IndexLoad} reads or builds a graph. Changes go to the storage, and the row is marked dirty.
 *   <li><b>Ready</b>: the graph can answer; changes go to the storage and then into the graph. A load may run at the same time, to replace a graph that
 *       is full of removed nodes: then both happen.
 * </ul>
 *
 * <p>Nothing is lost: the marks begin before the load begins to read, and a change is in the storage before its row is marked. So a change that the load did
 * not read is marked, and the load reads marked rows again before it publishes the graph, the last of them under the lock that marks. A snapshot holds every change before its
 * offset; Kafka replays all later ones to this store, and the marks begin before the first of them.
 *
 * <p>Changes come from one thread at a time, loads from another, snapshots are written by a third; the first two hold the lock for at most one row's insertion or {@link IndexLoad}'s
 * last few rows. Searches take no lock.
 */
final class IndexPartition {
    /** Rows that are marked while a snapshot waits to be read: with more, building the graph from the storage is as well. */
    static final int WAITING_ROWS_MAX = 200_000;

    private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int RETRY_DOUBLINGS_MAX = 6;

    private final IndexDefinition definition;
    private final boolean hasSnapshots;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean loadRequested = new AtomicBoolean();
    private volatile @Nullable IndexGraph serving;
    private volatile Watermark watermark;
    private volatile boolean dropped;
    private @Nullable Set<String> dirty;
    private boolean loading;
    private boolean waiting;
    private boolean overtaken;
    private volatile long saved;
    private @Nullable SnapshotPace pace;
    private int loadFailures;
    private boolean retryAwaited;
    private long retryAt;

    IndexPartition(IndexDefinition definition, Watermark watermark) {
        this.definition = definition;
        this.watermark = watermark;
        this.hasSnapshots = VectorIndexes.of(definition.engine()).hasSnapshots();
    }

    IndexDefinition definition() {
        return definition;
    }

    /** The graph that answers; null until it is there, and after a drop. Any thread. */
    @Nullable
    IndexGraph serving() {
        return serving;
    }

    /** Every change up to here is in the storage, and in the graph if there is one. Any thread. */
    Watermark watermark() {
        return watermark;
    }

    /** There is a snapshot that the next load may read: marks changed rows from now on. To be called before the first change. */
    void awaitSnapshot() {
        writing.lock();
        try {
            waiting = true;
            dirty = new LinkedHashSet<>();
        } finally {
            writing.unlock();
        }
    }

    /** A change that is in the storage already: the row's newest image, or empty if it is deleted. */
    void apply(String rowKey, Optional<StoredImage> image) {
        applying(rowKey, graph -> apply(graph, rowKey, image));
    }

    /** A change came that the storage had already: a graph that was read from a snapshot may not have it. */
    void applyAgain(String rowKey, RowStorage storage) {
        applying(rowKey, graph -> apply(graph, rowKey, storage.image(definition.id(), rowKey)));
    }

    private void applying(String rowKey, Consumer<IndexGraph> change) {
        writing.lock();
        try {
            if (dropped) {
                return;
            }
            mark(rowKey);
            IndexGraph graph = serving;
            if (graph != null) {
                change.accept(graph);
            }
        } finally {
            writing.unlock();
        }
    }

    private void mark(String rowKey) {
        if (dirty == null) {
            return;
        }
        dirty.add(rowKey);
        if (!loading && dirty.size() > WAITING_ROWS_MAX) {
            overtaken = true;
            waiting = false;
            dirty = null;
        }
    }

    static void apply(IndexGraph graph, String rowKey, Optional<StoredImage> image) {
        image.ifPresentOrElse(graph::put, () -> graph.remove(rowKey));
    }

    /** To be called when all changes up to the watermark were applied. Never goes back. */
    void advance(Watermark reached) {
        writing.lock();
        try {
            if (reached.version() >= watermark.version()) {
                watermark = reached;
            }
        } finally {
            writing.unlock();
        }
    }

    /** Whether the caller should have a load run: the graph is full of removed nodes, and no load was asked for since. */
    boolean requestRebuild() {
        IndexGraph graph = serving;
        return graph != null && graph.statistics().rebuildPays() && loadRequested.compareAndSet(false, true);
    }

    /** Begins to mark changed rows; false if a load is running or the index is dropped. */
    boolean beginLoad() {
        writing.lock();
        try {
            if (dropped || loading) {
                return false;
            }
            loading = true;
            if (dirty == null) {
                dirty = new LinkedHashSet<>();
            }
            return true;
        } finally {
            writing.unlock();
        }
    }

    /** What a load finds of a snapshot. */
    enum Snapshot {
        NONE,
        WAITING,
        OVERTAKEN
    }

    /** Whether the load that has begun may read the snapshot; only one load is told so. */
    Snapshot takeSnapshot() {
        writing.lock();
        try {
            Snapshot found = waiting ? Snapshot.WAITING : overtaken ? Snapshot.OVERTAKEN : Snapshot.NONE;
            waiting = false;
            overtaken = false;
            return found;
        } finally {
            writing.unlock();
        }
    }

    /** The rows marked since the last call; they are no longer marked. */
    Set<String> takeDirty() {
        writing.lock();
        try {
            Set<String> taken = dirty == null ? Set.of() : dirty;
            dirty = new LinkedHashSet<>();
            return taken;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Publishes a graph in which all rows but the marked ones are as in the storage, if at most {@code dirtyMax} are marked: these are brought
     * up to date under the lock. False if there are more.
     */
    boolean publish(IndexGraph built, RowStorage storage, int dirtyMax) {
        writing.lock();
        try {
            Set<String> marked = dirty == null ? Set.of() : dirty;
            if (marked.size() > dirtyMax) {
                return false;
            }
            for (String rowKey : marked) {
                apply(built, rowKey, storage.image(definition.id(), rowKey));
            }
            if (!dropped) {
                saved = 0;
                pace = new SnapshotPace(System.nanoTime());
                serving = built;
                loadFailures = 0;
            }
            endLoad();
            return true;
        } finally {
            writing.unlock();
        }
    }

    /** Forgets the marks: the load failed or was given up. */
    void abandonLoad() {
        writing.lock();
        try {
            endLoad();
        } finally {
            writing.unlock();
        }
    }

    /** A load failed: there is to be another, the later the more have failed. */
    void loadFailed(long now) {
        writing.lock();
        try {
            retryAt = now + (FIRST_RETRY_NANOS << Math.min(loadFailures++, RETRY_DOUBLINGS_MAX));
            retryAwaited = true;
        } finally {
            writing.unlock();
        }
    }

    /** Whether a load failed so long ago that the next should begin; true once for each that failed. */
    boolean retryDue(long now) {
        writing.lock();
        try {
            boolean due = retryAwaited && !dropped && now - retryAt >= 0;
            retryAwaited &= !due;
            return due;
        } finally {
            writing.unlock();
        }
    }

    private void endLoad() {
        dirty = null;
        loading = false;
        loadRequested.set(false);
    }

    boolean isDropped() {
        return dropped;
    }

    /** Frees the graph at once. A load that runs stops. */
    void drop() {
        writing.lock();
        try {
            dropped = true;
            serving = null;
            dirty = null;
        } finally {
            writing.unlock();
        }
    }

    /** Changed vectors that are in no snapshot yet; 0 for an engine that has none. Any thread. */
    long unsaved() {
        IndexGraph graph = serving;
        return graph == null || !hasSnapshots ? 0 : Math.max(0, graph.changes() - saved);
    }

    /** Whether a snapshot should be written now. */
    boolean snapshotDue(long now) {
        IndexGraph graph = serving;
        if (graph == null || !hasSnapshots) {
            return false;
        }
        writing.lock();
        try {
            return pace != null && pace.due(now, graph.changes(), unsaved(), graph.vectors());
        } finally {
            writing.unlock();
        }
    }

    /** How long the last snapshot took to write; 0 if there was none. */
    long snapshotNanos() {
        writing.lock();
        try {
            return pace == null ? 0 : pace.tookNanos();
        } finally {
            writing.unlock();
        }
    }

    /** A snapshot of a graph was written that holds so many of its changes. */
    void snapshotWritten(IndexGraph graph, long changes, long now, long took) {
        writing.lock();
        try {
            if (serving == graph && pace != null) {
                pace.written(now, took, changes - saved);
                saved = changes;
            }
        } finally {
            writing.unlock();
        }
    }

    /** A snapshot could not be written. */
    void snapshotFailed(long now) {
        writing.lock();
        try {
            if (pace != null) {
                pace.failed(now);
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * The header of a snapshot of this index.
     *
     * @param offset see {@link SnapshotHeader}
     */
    static SnapshotHeader header(IndexDefinition definition, int partition, long offset, long createdMs) {
        ModelReference model = definition.model();
        return new SnapshotHeader(
                definition.engine(),
                definition.id(),
                partition,
                model == null ? "" : model.fingerprint(),
                IndexGraph.parameters(definition),
                offset,
                createdMs);
    }
}
