package dev.freshet.search;

import dev.freshet.index.SnapshotReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Brings back the graph of one index in one partition, while changes go on: from its snapshot if there is a good one, otherwise from the storage. One thread, which may have helpers; the
 * steps are apart so that tests can put changes between them. See {@link IndexPartition} for why nothing is lost.
 */
final class IndexLoad {
    /** Of a slice's rows and chunks; what is read of them in memory is about as much. */
    private static final int SLICE_BYTES = 16 * 1024 * 1024;

    private static final int LAST_ROWS = 16;
    private static final int PATIENT_ROUNDS = 20;

    private final IndexPartition partition;
    private final RowStorage storage;
    private final SnapshotFiles files;
    private final Effort effort;
    private IndexGraph graph;
    private @Nullable Bytes next;
    private boolean scanned;
    private boolean fromSnapshot;
    private String why = "there is no snapshot";
    private long changedRows;

    private IndexLoad(IndexPartition partition, RowStorage storage, SnapshotFiles files, Effort effort) {
        this.partition = partition;
        this.storage = storage;
        this.files = files;
        this.effort = effort;
        this.graph = new IndexGraph(partition.definition(), files.directory());
    }

    /**
     * What may be spent on a load.
     *
     * @param helpers threads that may help its own
     * @param parallelism threads that work on it at most, its own among them
     * @param sliceRows rows that are read and inserted at once at most
     */
    record Effort(Executor helpers, int parallelism, int sliceRows) {
        static final int SLICE_ROWS = 1_024;
    }

    /** A load whose marks have begun; null if one is running already or the index is dropped. */
    static @Nullable IndexLoad begin(IndexPartition partition, RowStorage storage, SnapshotFiles files, Effort effort) {
        if (!partition.beginLoad()) {
            return null;
        }
        try {
            return new IndexLoad(partition, storage, files, effort);
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
            readSnapshot();
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

    /** Takes the graph from the snapshot that waits, if there is one and it is good: then there is nothing to scan. */
    void readSnapshot() {
        long id = partition.definition().id();
        switch (partition.takeSnapshot()) {
            case NONE -> {}
            case OVERTAKEN -> {
                why = "too many rows changed since its snapshot";
                files.refuse(id, SnapshotFiles.Refusal.OVERTAKEN, why);
            }
            case WAITING -> {
                try (SnapshotReader snapshot = SnapshotReader.open(files.file(id))) {
                    graph = IndexGraph.read(partition.definition(), files.directory(), snapshot);
                    fromSnapshot = true;
                    scanned = true;
                } catch (NoSuchFileException e) {
                    why = "its snapshot was deleted";
                } catch (ClosedByInterruptException e) {
                    throw new NotAnsweredException("interrupted while a snapshot was read: " + e);
                } catch (IOException e) {
                    why = "its snapshot was refused";
                    files.refuse(id, e);
                }
            }
        }
    }

    /** Reads and inserts some rows; false when there are no more. */
    boolean scanSlice() {
        if (!scanned) {
            RowStorage.Slice slice = storage.slice(partition.definition().id(), next, effort.sliceRows(), SLICE_BYTES);
            graph.putAll(slice.rows(), effort.helpers(), effort.parallelism());
            next = slice.next();
            scanned = next == null;
        }
        return !scanned;
    }

    /** Reads the rows that were marked so far again. */
    void reconcile() {
        Set<String> dirty = partition.takeDirty();
        changedRows += dirty.size();
        List<StoredImage> images = new ArrayList<>();
        int bytes = 0;
        for (String rowKey : dirty) {
            if (partition.isDropped()) {
                return;
            }
            Optional<StoredImage> image = storage.image(partition.definition().id(), rowKey);
            if (image.isPresent()) {
                images.add(image.get());
                bytes += image.get().bytes();
            } else {
                graph.remove(rowKey);
            }
            if (images.size() == effort.sliceRows() || bytes > SLICE_BYTES) {
                graph.putAll(images, effort.helpers(), effort.parallelism());
                images.clear();
                bytes = 0;
            }
        }
        graph.putAll(images, effort.helpers(), effort.parallelism());
    }

    boolean tryPublish(int dirtyMax) {
        return partition.publish(graph, storage, dirtyMax);
    }

    /** Whether the graph came from a snapshot. */
    boolean fromSnapshot() {
        return fromSnapshot;
    }

    /** Where the graph came from, for the log. */
    String source() {
        return fromSnapshot ? "read from its snapshot" : "built from the store (" + why + ")";
    }

    /** The graph, and how many rows had to be read again because they changed. */
    String outcome() {
        return graph.rows() + " rows, " + graph.vectors() + " vectors, " + changedRows + " rows changed meanwhile";
    }
}
