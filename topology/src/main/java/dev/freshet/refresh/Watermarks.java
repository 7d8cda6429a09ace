package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.ScanState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Says how far each index has come: every change of this partition up to the watermark is reflected in the vectors topic. Used by the task's stream thread
 * only.
 */
final class Watermarks {
    private final PendingQueue pending;
    private final PartitionScans scans;
    private final ImageWriter images;
    private final Set<Long> touched = new HashSet<>();
    /** The indexes that this task has written a watermark of. */
    private final Set<Long> told = new HashSet<>();
    /** Since when a change waits, as the last watermark of each index said; without those that said that none does. */
    private final Map<Long, Long> waitingSince = new HashMap<>();

    Watermarks(PendingQueue pending, PartitionScans scans, ImageWriter images) {
        this.pending = pending;
        this.scans = scans;
        this.images = images;
    }

    /** Notes that a dataset had a change: somebody may wait for its indexes. */
    void touch(long datasetId) {
        touched.add(datasetId);
    }

    /**
     * Writes the watermarks that moved; returns whether all indexes were looked at, so that nothing is left to tell before something changes.
     *
     * @param all false: only those of datasets that had changes, so that many idle indexes do not cost a record each all the time
     */
    boolean write(Catalog catalog, boolean all) {
        boolean complete = true;
        for (IndexDefinition index : catalog.indexes()) {
            Optional<ScanState> state = scans.index(index.id());
            if (state.isEmpty() || !(all || touched.contains(index.datasetId()))) {
                complete = false;
                continue;
            }
            long watermark = watermark(index, state.get());
            OptionalLong oldest = pending.oldest(index.id());
            Long since = oldest.isPresent() ? oldest.getAsLong() : null;
            boolean moved = watermark > state.get().getWatermark();
            // The first time, because what the last task told may have been overtaken by its end.
            if (told.add(index.id()) || moved || !Objects.equals(since, waitingSince.get(index.id()))) {
                images.watermark(index.id(), watermark, oldest);
                if (since == null) {
                    waitingSince.remove(index.id());
                } else {
                    waitingSince.put(index.id(), since);
                }
                scans.watermark(index.id(), state.get(), watermark);
            }
        }
        if (complete) {
            // Where rows still wait to be embedded, so does whoever waits for them.
            touched.removeIf(
                    id -> catalog.indexesOf(id).stream().noneMatch(index -> waitingSince.containsKey(index.id())));
        }
        return complete;
    }

    private long watermark(IndexDefinition index, ScanState state) {
        if (scans.covers(index)) {
            // Rows of any version may be among those that the walk has not come to: where the index was is all that is
            // sure.
            return state.getWatermark();
        }
        OptionalLong oldest = pending.oldestVersion(index.id());
        long reached = oldest.isPresent() ? oldest.getAsLong() - 1 : scans.processed();
        return Math.max(reached, state.getWatermark());
    }
}
