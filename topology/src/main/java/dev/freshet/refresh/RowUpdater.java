package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Applies changes to rows: finds out what a change really changes, and brings that to each index of the dataset. Used by the task's stream thread only. */
final class RowUpdater {
    private final RefreshStores stores;
    private final RowReflector reflector;
    private final RowProtection protection;
    private final RefreshMetrics metrics;
    private final Lineage lineage;

    RowUpdater(
            RefreshStores stores,
            RowReflector reflector,
            RowProtection protection,
            RefreshMetrics metrics,
            Lineage lineage) {
        this.stores = stores;
        this.reflector = reflector;
        this.protection = protection;
        this.metrics = metrics;
        this.lineage = lineage;
    }

    /**
     * Applies an upsert or a delete. Throws {@link FreshetException} with {@code VALUE_UNAVAILABLE}, {@code DIMENSION_MISMATCH}, {@code INVALID_VECTOR} or
     * {@code INVALID_ROW} for a change that can never be applied; the row is then as it was.
     */
    void apply(Catalog catalog, Dataset dataset, RowChange change, long version, long timestamp, Lane lane) {
        apply(catalog, dataset, change, version, timestamp, lane, false);
    }

    /**
     * As above.
     *
     * @param late whether the change comes later than its version says, so that newer ones may be dead letters already
     */
    void apply(
            Catalog catalog, Dataset dataset, RowChange change, long version, long timestamp, Lane lane, boolean late) {
        Bytes key = StoreKeys.row(dataset.id(), change.getKey());
        Optional<RowState> before = stores.rows().get(key);
        if (before.isPresent() && before.get().getVersion() >= version) {
            metrics.outdated();
            return;
        }
        if (change.getOp() == Op.DELETE) {
            delete(key, change.getKey(), before, version, timestamp);
        } else {
            upsert(catalog, dataset, key, change, before, version, timestamp, lane, late);
        }
        lineage.took(dataset.id(), change.getSource(), version, timestamp, 1);
    }

    private void upsert(
            Catalog catalog,
            Dataset dataset,
            Bytes key,
            RowChange change,
            Optional<RowState> before,
            long version,
            long timestamp,
            Lane lane,
            boolean late) {
        RowState row = next(catalog, dataset, change, before, version, timestamp);
        row.setContested(late);
        boolean same = before.filter(earlier -> sameContent(earlier, row)).isPresent();
        List<IndexDefinition> indexes = catalog.indexesOf(dataset.id()).stream()
                .filter(index -> !same || !RowReflector.settled(row, index))
                .toList();
        if (same && indexes.isEmpty()) {
            metrics.unchanged();
            if (!ordered(row) && row.getPlace() == null && !before.get().getContested()) {
                return;
            }
            // Stored all the same: a later truncate or sweep, or a dead letter that is replayed, must know that the
            // row was there again after it.
        }
        RowSize.require(row, RowContent.metadata(dataset, row));
        long oldest = before.filter(earlier -> !earlier.getDeleted())
                .map(RowState::getVersion)
                .orElse(version);
        for (IndexDefinition index : indexes) {
            reflector.reflect(dataset, index, change.getKey(), row, lane, oldest);
        }
        stores.rows().put(key, row);
        lineage.stored(dataset.id(), before, row);
    }

    /** Notes that a change newer than what is stored of its row became a dead letter. */
    void contest(long datasetId, String rowKey, long version) {
        Bytes key = StoreKeys.row(datasetId, rowKey);
        Optional<RowState> stored = stores.rows()
                .get(key)
                .filter(row -> !row.getDeleted() && row.getVersion() < version)
                .filter(row -> row.getRefused() == null || row.getRefused() < version);
        if (stored.isPresent()) {
            stored.get().setContested(true);
            stored.get().setRefused(version);
            stores.rows().put(key, stored.get());
        }
    }

    /** Removes a row from all its indexes and leaves a mark of the version that did. */
    void delete(Bytes key, String rowKey, Optional<RowState> before, long version, long timestamp) {
        before.ifPresent(row -> List.copyOf(row.getIndexes())
                .forEach(state -> reflector.remove(rowKey, row, state.getIndexId(), version)));
        RowState mark = RowState.newBuilder()
                .setVersion(version)
                .setDeleted(true)
                .setColumns(new HashMap<>())
                .setVector(null)
                .setTextHash(ByteBuffer.allocate(0))
                .setSource(null)
                .setTimestamp(timestamp)
                .setIndexes(List.of())
                .build();
        stores.rows().put(key, mark);
        lineage.stored(StoreKeys.owner(key), before, mark);
    }

    /** Deletes a row that a sweep has found to be gone where it came from. */
    void sweep(Bytes key, String rowKey, RowState row, long version, long timestamp) {
        delete(key, rowKey, Optional.of(row), version, timestamp);
        metrics.swept();
    }

    private RowState next(
            Catalog catalog,
            Dataset dataset,
            RowChange change,
            Optional<RowState> before,
            long version,
            long timestamp) {
        Optional<RowState> live = before.filter(row -> !row.getDeleted());
        // Once more here: what the source did not send comes from the store, where the policies may not have reached it
        // yet.
        Map<String, @Nullable Object> columns = protection.apply(dataset, columns(change, live));
        return RowState.newBuilder()
                .setVersion(version)
                .setDeleted(false)
                .setColumns(columns)
                .setVector(vector(catalog, dataset, change, live))
                .setTextHash(RowContent.textHash(RowContent.text(dataset, columns)))
                .setSource(change.getSource())
                .setPlace(change.getPlace())
                .setTimestamp(timestamp)
                .setIndexes(live.map(RowState::getIndexes).orElse(List.of()))
                .build();
    }

    private static Map<String, @Nullable Object> columns(RowChange change, Optional<RowState> live) {
        if (change.getKeepColumns()) {
            return live.map(RowState::getColumns).orElseGet(HashMap::new);
        }
        Map<String, @Nullable Object> columns = new HashMap<>();
        change.getColumns().forEach((name, value) -> {
            if (value instanceof Unavailable) {
                RowState stored = live.orElseThrow(() -> unavailable(name));
                if (!stored.getColumns().containsKey(name)) {
                    throw unavailable(name);
                }
                columns.put(name, stored.getColumns().get(name));
            } else {
                columns.put(name, value);
            }
        });
        return columns;
    }

    private static FreshetException unavailable(String column) {
        return new FreshetException(
                ErrorCode.VALUE_UNAVAILABLE,
                "the source did not send column '" + column
                        + "' because it did not change, and no earlier value is stored: the row is new here, or a policy that has been lifted dropped the column."
                        + " Take a snapshot on request (docs/sources.md), and set REPLICA IDENTITY FULL (Postgres) or unavailable.columns=reselect");
    }

    /** A change without a vector leaves the stored one; the copy of a row that has none brings that there is none. */
    private static @Nullable ByteBuffer vector(
            Catalog catalog, Dataset dataset, RowChange change, Optional<RowState> live) {
        List<Float> given = change.getVector();
        if (given == null && change.getMerge() == null) {
            return live.map(RowState::getVector).orElse(null);
        }
        if (given == null) {
            return null;
        }
        if (!dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW,
                    "the row brings a vector, but the indexes of dataset '" + dataset.name()
                            + "' have a model: vectors of different models are never mixed");
        }
        IndexDefinition index = catalog.indexesOf(dataset.id()).stream()
                .findFirst()
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.INDEX_NOT_FOUND, "the direct index '" + dataset.name() + "' is gone"));
        return Vectors.encodeChecked(given, index.dimensions(), index.distance());
    }

    private static boolean ordered(RowState row) {
        return row.getSource() != null && row.getSource().getOrder() != null;
    }

    private static boolean sameContent(RowState before, RowState after) {
        return !before.getDeleted()
                && before.getColumns().equals(after.getColumns())
                && Objects.equals(before.getVector(), after.getVector())
                && before.getTextHash().equals(after.getTextHash());
    }
}
