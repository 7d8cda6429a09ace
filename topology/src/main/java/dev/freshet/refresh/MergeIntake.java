package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.CopiedRow;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.error.FreshetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/** Takes the messages of a merge job that come to this partition, and counts what becomes of its rows. Used by the task's stream thread only. */
final class MergeIntake {
    private final RefreshStores stores;
    private final PartitionScans scans;
    private final RowUpdater updater;
    private final JobParts states;

    MergeIntake(RefreshStores stores, PartitionScans scans, RowUpdater updater, JobParts states) {
        this.stores = stores;
        this.scans = scans;
        this.updater = updater;
        this.states = states;
    }

    void take(
            Catalog catalog,
            Merge merge,
            JobPart state,
            RowChange change,
            MergeStep step,
            long version,
            long timestamp) {
        switch (step.getKind()) {
            case COPY -> copy(catalog, merge, state, change, step, version, timestamp);
            case CLEAR -> clear(merge, state, change, step, version, timestamp);
            case MARK -> state.setMarked(false);
            case COPIED -> state.setCopiedFrom(with(state.getCopiedFrom(), step.getSender()));
            case CLEARED -> state.setClearedFrom(with(state.getClearedFrom(), step.getSender()));
        }
        states.put(state);
    }

    private void copy(
            Catalog catalog,
            Merge merge,
            JobPart state,
            RowChange change,
            MergeStep step,
            long version,
            long timestamp) {
        if (changedSince(merge.destinationId(), change.getKey(), step.getBelow())) {
            states.through(state.getJob(), RowOutcome.SKIPPED);
            return;
        }
        Dataset destination = catalog.dataset(merge.destinationId())
                .orElseThrow(() -> new IllegalStateException("a job runs whose destination is gone"));
        try {
            updater.apply(catalog, destination, change, version, timestamp, Lane.BACKFILL);
        } catch (FreshetException e) {
            if (!e.code().retryable()) {
                states.through(state.getJob(), RowOutcome.FAILED);
            }
            throw e;
        }
        if (merge.clearSource()) {
            stores.copied().put(StoreKeys.row(state.getJob(), change.getKey()), new CopiedRow(step.getCopied()));
        }
        states.through(state.getJob(), RowOutcome.DONE);
    }

    private void clear(Merge merge, JobPart state, RowChange change, MergeStep step, long version, long timestamp) {
        Bytes key = StoreKeys.row(merge.sourceId(), change.getKey());
        Optional<RowState> row = stores.rows().get(key);
        if (row.isEmpty() || row.get().getDeleted() || row.get().getVersion() >= step.getBelow()) {
            return; // Deleted or changed since it was copied: what is there now was not.
        }
        updater.delete(key, change.getKey(), row, version, timestamp);
        states.cleared(state);
    }

    /** Whether a row was written, deleted or truncated by a change of this version or a newer one. */
    private boolean changedSince(long datasetId, String rowKey, long version) {
        return scans.truncatedSince(datasetId, version)
                || stores.rows()
                        .get(StoreKeys.row(datasetId, rowKey))
                        .filter(row -> row.getVersion() >= version)
                        .isPresent();
    }

    private static List<Integer> with(List<Integer> senders, int sender) {
        if (senders.contains(sender)) {
            return senders;
        }
        List<Integer> more = new ArrayList<>(senders);
        more.add(sender);
        return more;
    }
}
