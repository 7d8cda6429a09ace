package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One index in one partition: its graph, once it is built, and how far it has come.
 *
 * <ul>
 *   <li><b>Cold</b>: no graph, none being built. Changes stay in {@link RowStorage} alone.
 *   <li><b>Loading</b>: an {@link IndexLoad} builds a graph. Changes go to the storage, and the row is marked dirty.
 *   <li><b>Ready</b>: the graph answers; changes go to the storage and then into the graph. A load may run at the same time, to replace a graph that
 *       is full of removed nodes: then both happen.
 * </ul>
 *
 * <p>Nothing is lost: the marks begin before the load begins to read, and a change is in the storage before its row is marked. So a change that the load did
 * not read is marked, and the load reads marked rows again before it publishes the graph, the last of them under the lock that marks.
 *
 * <p>Changes come from one thread at a time, loads from another; each holds the lock for at most one row's insertion or {@link IndexLoad}'s
 * last few rows. Searches take no lock.
 */
final class IndexPartition {
    private final IndexDefinition definition;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean loadRequested = new AtomicBoolean();
    private volatile @Nullable IndexGraph serving;
    private volatile Watermark watermark;
    private @Nullable Set<String> dirty;
    private volatile boolean dropped;

    IndexPartition(IndexDefinition definition, Watermark watermark) {
        this.definition = definition;
        this.watermark = watermark;
    }

    IndexDefinition definition() {
        return definition;
    }

    /** The graph that answers; null until it is built, and after a drop. Any thread. */
    @Nullable
    IndexGraph serving() {
        return serving;
    }

    /** Every change up to here is in the storage, and in the graph if there is one. Any thread. */
    Watermark watermark() {
        return watermark;
    }

    /** A change that is in the storage already: the row's newest image, or empty if it is deleted. */
    void apply(String rowKey, Optional<StoredImage> image) {
        writing.lock();
        try {
            if (dropped) {
                return;
            }
            if (dirty != null) {
                dirty.add(rowKey);
            }
            IndexGraph graph = serving;
            if (graph != null) {
                apply(graph, rowKey, image);
            }
        } finally {
            writing.unlock();
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
            if (dropped || dirty != null) {
                return false;
            }
            dirty = new LinkedHashSet<>();
            return true;
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
                serving = built;
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

    private void endLoad() {
        dirty = null;
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
        } finally {
            writing.unlock();
        }
    }
}
