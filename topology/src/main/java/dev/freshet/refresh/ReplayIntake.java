package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.IndexState;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.key.RowKeys;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * Takes changes again that were dead letters, as the changes that they were.
 *
 * <ul>
 *   <li>A change gives way to everything that its row saw after it: a newer change, a deletion, a truncate, a sweep. So it never brings a row back, and taking it twice
 *       does what taking it once does.
 *   <li>A row that one index could not take is stored already. Then the stored row is brought to that index once more, whatever the letter holds.
 *   <li>What becomes of the letter is written with it, in the same transaction.
 * </ul>
 *
 * Used by the task's stream thread only.
 */
final class ReplayIntake {
    private final RefreshStores stores;
    private final PartitionScans scans;
    private final RowUpdater updater;
    private final RowReflector reflector;
    private final DeadLetters deadLetters;

    ReplayIntake(
            RefreshStores stores,
            PartitionScans scans,
            RowUpdater updater,
            RowReflector reflector,
            DeadLetters deadLetters) {
        this.stores = stores;
        this.scans = scans;
        this.updater = updater;
        this.reflector = reflector;
        this.deadLetters = deadLetters;
    }

    /** The letter's dataset was dropped, or what sent the change has ended. */
    void drop(RowChange change, Replay replay) {
        settle(change, replay, LetterState.SUPERSEDED);
    }

    /** A truncate is taken in this partition alone, and only if it came to all partitions when it was new. */
    void truncate(Dataset dataset, RowChange change, Replay replay) {
        scans.truncate(dataset.id(), replay.version(), Optional.ofNullable(change.getSource()));
        settle(change, replay, LetterState.REPLAYED);
    }

    /** As with a truncate. What was written since has a place that the sweep leaves alone. */
    void sweep(Dataset dataset, RowChange change, StreamPlace place, Replay replay) {
        scans.sweep(dataset.id(), replay.version(), place);
        settle(change, replay, LetterState.REPLAYED);
    }

    /**
     * Takes a change of a row. Throws {@link dev.freshet.schemas.error.FreshetException} for what can still not be taken, and then nothing was changed.
     */
    void take(Catalog catalog, Dataset dataset, RowChange change, Replay replay, long timestamp) {
        Bytes key = StoreKeys.row(dataset.id(), change.getKey());
        Optional<RowState> stored = stores.rows().get(key);
        boolean same = !replay.foreign()
                && stored.filter(row -> row.getVersion() == replay.version()).isPresent();
        if (same) {
            again(catalog, dataset, key, change, stored.get(), replay);
        } else if (lost(dataset, change, stored, replay)) {
            settle(change, replay, LetterState.SUPERSEDED);
        } else {
            updater.apply(catalog, dataset, change, replay.version(), timestamp, Lane.BACKFILL, true);
            settle(change, replay, LetterState.REPLAYED);
        }
    }

    /** Whether anything came after the change: to a row that is stored, deleted or not, or to all of the dataset. */
    private boolean lost(Dataset dataset, RowChange change, Optional<RowState> stored, Replay replay) {
        MergeStep step = change.getMerge();
        if (step != null && step.getKind() != MergeKind.COPY) {
            return true; // Goes by what the rows were when the job sent it.
        }
        // The copy of a row gives way to every change since its job began.
        long newer = step == null ? replay.version() : Math.min(replay.version(), step.getBelow());
        return stored.filter(row -> replay.foreign() || row.getVersion() >= newer)
                        .isPresent()
                || scans.truncatedSince(dataset.id(), newer)
                || scans.sweptSince(dataset.id(), newer, change.getPlace());
    }

    /** The change was taken when it was new: what may be left is the one index that could not take it. */
    private void again(Catalog catalog, Dataset dataset, Bytes key, RowChange change, RowState row, Replay replay) {
        long indexId = replay.letter().indexId();
        if (indexId == 0) {
            settle(change, replay, LetterState.REPLAYED);
            return;
        }
        Optional<IndexDefinition> index = catalog.index(indexId).filter(found -> found.datasetId() == dataset.id());
        if (row.getDeleted() || index.isEmpty()) {
            settle(change, replay, LetterState.SUPERSEDED);
            return;
        }
        Optional<IndexState> state = RowReflector.find(row, indexId);
        if (state.isPresent() && state.get().getPending() != null) {
            return; // It is being tried: the outcome settles the letter.
        }
        if (state.isPresent() && !state.get().getFailed()) {
            settle(change, replay, LetterState.REPLAYED);
            return;
        }
        reflector.reflect(dataset, index.get(), change.getKey(), row, Lane.BACKFILL);
        stores.rows().put(key, row);
    }

    private void settle(RowChange change, Replay replay, LetterState state) {
        byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
        deadLetters.settle(replay.letter(), key, state);
    }
}
