package dev.freshet.search;

import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Builds the graph of one index in one partition from the storage, while changes go on. One thread; the steps are apart so that tests can put changes between
 * them. See {@link IndexPartition} for why nothing is lost.
 */
final class IndexLoad {
    private static final int SLICE_ROWS = 64;
    private static final int LAST_ROWS = 16;
    private static final int PATIENT_ROUNDS = 20;

    private final IndexPartition partition;
    private final RowStorage storage;
    private final IndexGraph graph;
    private @Nullable Bytes next;
    private boolean scanned;

    private IndexLoad(IndexPartition partition, RowStorage storage) {
        this.partition = partition;
        this.storage = storage;
        this.graph = new IndexGraph(partition.definition());
    }

    /** A load whose marks have begun; null if one is running already or the index is dropped. */
    static @Nullable IndexLoad begin(IndexPartition partition, RowStorage storage) {
        if (!partition.beginLoad()) {
            return null;
        }
        try {
            return new IndexLoad(partition, storage);
        } catch (RuntimeException e) {
            partition.abandonLoad();
            throw e;
        }
    }

    /**
     * Loads everything and publishes the graph; false if the index was dropped meanwhile. Throws {@link NotAnsweredException} when the store is closed.
     *
     * <p>A stream of changes faster than this thread inserts would keep it busy for ever. After some rounds it therefore takes ever more rows under the
     * lock, which slows that stream down to what the graph can take, as it will be once the graph answers.
     */
    boolean run() {
        try {
            while (scanSlice()) {
                if (partition.isDropped()) {
                    partition.abandonLoad();
                    return false;
                }
            }
            int dirtyMax = LAST_ROWS;
            for (int round = 0; !tryPublish(dirtyMax); round++) {
                reconcile();
                dirtyMax = round < PATIENT_ROUNDS ? LAST_ROWS : Math.min(Integer.MAX_VALUE / 2, dirtyMax) * 2;
            }
            return !partition.isDropped();
        } catch (RuntimeException | Error e) {
            partition.abandonLoad();
            throw e;
        }
    }

    /** Reads and inserts some rows; false when there are no more. */
    boolean scanSlice() {
        if (!scanned) {
            RowStorage.Slice slice = storage.slice(partition.definition().id(), next, SLICE_ROWS);
            slice.rows().forEach(graph::put);
            next = slice.next();
            scanned = next == null;
        }
        return !scanned;
    }

    /** Reads the rows that were marked so far again. */
    void reconcile() {
        Set<String> dirty = partition.takeDirty();
        for (String rowKey : dirty) {
            if (partition.isDropped()) {
                return;
            }
            IndexPartition.apply(
                    graph, rowKey, storage.image(partition.definition().id(), rowKey));
        }
    }

    boolean tryPublish(int dirtyMax) {
        return partition.publish(graph, storage, dirtyMax);
    }
}
