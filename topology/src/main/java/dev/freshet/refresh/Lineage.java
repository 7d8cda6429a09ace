package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.schemas.avro.LineageState;
import dev.freshet.schemas.avro.OriginState;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Counts where the rows of each dataset in one partition came from. What it holds is a mirror of its store, which is written by {@link #flush}, in the transaction of the changes: the store's cache
 * makes one record of all the changes between two commits.
 *
 * <p>The number of rows is told only where every row was counted: not for a dataset whose rows were stored before there was a count, nor for one with more than {@value #ORIGINS_MAX} origins, of which
 * the first are kept. Used by the task's stream thread only.
 */
final class Lineage {
    static final int ORIGINS_MAX = 32;

    private final TypedStore<LineageState> store;
    private final Map<Long, LineageState> states = new HashMap<>();
    private final Map<Long, PartitionLineage> told = new HashMap<>();
    /** The datasets whose state is not stored yet. */
    private final Set<Long> changed = new HashSet<>();

    Lineage(TypedStore<LineageState> store) {
        this.store = store;
        try (TypedStore.Cursor<LineageState> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, LineageState> entry = entries.next();
                states.put(StoreKeys.number(entry.key), entry.value);
            }
        }
    }

    /**
     * Begins to count for datasets that are new here, and forgets those that are gone.
     *
     * @param mayHaveRows whether rows of a dataset may be stored here
     */
    void reconcile(Catalog catalog, LongPredicate mayHaveRows) {
        for (Dataset dataset : catalog.datasets()) {
            if (!states.containsKey(dataset.id())) {
                states.put(dataset.id(), new LineageState(!mayHaveRows.test(dataset.id()), new ArrayList<>()));
                changed(dataset.id());
            }
        }
        for (long id : List.copyOf(states.keySet())) {
            // An id above the catalog's last one was given after what this process has read so far: it is new, not
            // dropped.
            if (catalog.dataset(id).isEmpty() && id <= catalog.lastId()) {
                states.remove(id);
                told.remove(id);
                changed.remove(id);
                store.delete(StoreKeys.number(id));
            }
        }
    }

    /**
     * Notes a change that was taken.
     *
     * @param version of the change; where it stands in the source is noted if none that came before has a larger one
     * @param timestamp when it was written to the rows topic, in ms since 1970
     * @param rows of how many rows it is: one, or none if it was a truncate
     */
    void took(long datasetId, @Nullable Source source, long version, long timestamp, int rows) {
        LineageState state = states.get(datasetId);
        OriginState origin = state == null ? null : findOrAdd(state, Origin.of(source), version, timestamp);
        if (state == null || origin == null) {
            return;
        }
        origin.setChanges(origin.getChanges() + rows);
        origin.setFirstSeen(Math.min(origin.getFirstSeen(), timestamp));
        origin.setLastSeen(Math.max(origin.getLastSeen(), timestamp));
        if (version >= origin.getVersion()) {
            Instant time = source == null ? null : source.getTimestamp();
            origin.setVersion(version);
            origin.setPosition(source == null ? null : source.getPosition());
            origin.setTime(time == null ? null : Long.valueOf(time.toEpochMilli()));
        }
        changed(datasetId);
    }

    /** Notes that a stored row takes the place of another: of none, if there was none before, and with none, if it is deleted. To be called before {@link #took} for the same change. */
    void stored(long datasetId, Optional<RowState> before, RowState after) {
        LineageState state = states.get(datasetId);
        if (state == null) {
            return;
        }
        // Rows that were stored before there was a count may go without having been counted.
        before.filter(row -> !row.getDeleted())
                .flatMap(row -> find(state, Origin.of(row.getSource())))
                .ifPresent(origin -> origin.setRows(Math.max(0, origin.getRows() - 1)));
        OriginState origin = after.getDeleted()
                ? null
                : findOrAdd(state, Origin.of(after.getSource()), after.getVersion(), after.getTimestamp());
        if (origin != null) {
            origin.setRows(origin.getRows() + 1);
        }
        changed(datasetId);
    }

    private static Optional<OriginState> find(LineageState state, Origin wanted) {
        return state.getOrigins().stream()
                .filter(known -> known.getSystem().equals(wanted.system())
                        && Objects.equals(known.getDatabase(), wanted.database())
                        && Objects.equals(known.getTable(), wanted.table()))
                .findFirst();
    }

    private static @Nullable OriginState findOrAdd(LineageState state, Origin wanted, long version, long timestamp) {
        Optional<OriginState> known = find(state, wanted);
        if (known.isPresent()) {
            return known.get();
        }
        if (state.getOrigins().size() >= ORIGINS_MAX) {
            state.setComplete(false);
            return null;
        }
        OriginState added = OriginState.newBuilder()
                .setSystem(wanted.system())
                .setDatabase(wanted.database())
                .setTable(wanted.table())
                .setFirstSeen(timestamp)
                .setLastSeen(timestamp)
                .setChanges(0)
                .setRows(0)
                .setVersion(version)
                .setPosition(null)
                .setTime(null)
                .build();
        List<OriginState> origins = new ArrayList<>(state.getOrigins());
        origins.add(added);
        state.setOrigins(origins);
        return added;
    }

    /** What is known at this moment, by dataset id. */
    Map<Long, PartitionLineage> tell() {
        states.forEach((id, state) -> told.computeIfAbsent(id, known -> told(state)));
        return Map.copyOf(told);
    }

    private static PartitionLineage told(LineageState state) {
        return new PartitionLineage(
                state.getComplete(),
                state.getOrigins().stream()
                        .map(origin -> new OriginSeen(
                                origin.getSystem(),
                                origin.getDatabase(),
                                origin.getTable(),
                                Instant.ofEpochMilli(origin.getFirstSeen()),
                                Instant.ofEpochMilli(origin.getLastSeen()),
                                origin.getChanges(),
                                origin.getRows(),
                                origin.getPosition(),
                                origin.getTime() == null ? null : Instant.ofEpochMilli(origin.getTime())))
                        .toList());
    }

    /** Stores what changed. To be called before the call of the processor ends, so that it is part of the same transaction. */
    void flush() {
        for (long id : changed) {
            store.put(StoreKeys.number(id), requireNonNull(states.get(id)));
        }
        changed.clear();
    }

    private void changed(long datasetId) {
        told.remove(datasetId);
        changed.add(datasetId);
    }
}
