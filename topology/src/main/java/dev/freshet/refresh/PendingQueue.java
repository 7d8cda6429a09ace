package dev.freshet.refresh;

import dev.freshet.schemas.avro.PendingRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;

/**
 * The rows of one partition that wait to be embedded: durable, in order of arrival per index and lane, each row at most once per index. What stands
 * here is what is stale.
 *
 * <p>Used by the task's stream thread only. Numbers of rows are kept in memory, counted anew when the task starts.
 */
final class PendingQueue {
    private final TypedStore<PendingRow> store;
    private final Map<Key, Long> counts = new HashMap<>();
    /** Where a lane's first row stands at the earliest: what was removed before it need not be passed over again. */
    private final Map<Key, Long> starts = new HashMap<>();
    /** The versions that wait per index, with how many rows wait at each. */
    private final Map<Long, TreeMap<Long, Integer>> versions = new HashMap<>();

    private long nextSequence;

    PendingQueue(TypedStore<PendingRow> store) {
        this.store = store;
        try (TypedStore.Cursor<PendingRow> entries = store.all()) {
            while (entries.hasNext()) {
                Entry entry = entry(entries.next());
                count(entry.indexId(), entry.lane(), entry.row());
                nextSequence = Math.max(nextSequence, entry.sequence() + 1);
            }
        }
    }

    /** One waiting row. */
    record Entry(long indexId, Lane lane, long sequence, PendingRow row) {}

    private record Key(long indexId, Lane lane) {}

    /** Adds a row at the end of a lane and returns its sequence number. */
    long add(long indexId, Lane lane, PendingRow row) {
        long sequence = nextSequence++;
        store.put(StoreKeys.pending(indexId, lane, sequence), row);
        count(indexId, lane, row);
        return sequence;
    }

    /** Removes a row and returns it, if it was there. */
    Optional<PendingRow> remove(long indexId, Lane lane, long sequence) {
        Bytes key = StoreKeys.pending(indexId, lane, sequence);
        Optional<PendingRow> row = store.get(key);
        if (row.isPresent()) {
            store.delete(key);
            counts.computeIfPresent(new Key(indexId, lane), (k, count) -> count == 1 ? null : count - 1);
            forget(indexId, row.get().getVersion());
        }
        return row;
    }

    /** Writes a row anew in its place. */
    Entry replace(Entry before, PendingRow row) {
        store.put(StoreKeys.pending(before.indexId(), before.lane(), before.sequence()), row);
        forget(before.indexId(), before.row().getVersion());
        versions.computeIfAbsent(before.indexId(), id -> new TreeMap<>()).merge(row.getVersion(), 1, Integer::sum);
        return new Entry(before.indexId(), before.lane(), before.sequence(), row);
    }

    private void forget(long indexId, long version) {
        TreeMap<Long, Integer> waiting = versions.get(indexId);
        if (waiting != null) {
            waiting.computeIfPresent(version, (waitingVersion, rows) -> rows == 1 ? null : rows - 1);
            if (waiting.isEmpty()) {
                versions.remove(indexId);
            }
        }
    }

    private void count(long indexId, Lane lane, PendingRow row) {
        counts.merge(new Key(indexId, lane), 1L, Long::sum);
        versions.computeIfAbsent(indexId, id -> new TreeMap<>()).merge(row.getVersion(), 1, Integer::sum);
    }

    /** The oldest version of any waiting row that the index does not reflect; empty if none waits. */
    OptionalLong oldestVersion(long indexId) {
        TreeMap<Long, Integer> waiting = versions.get(indexId);
        return waiting == null ? OptionalLong.empty() : OptionalLong.of(waiting.firstKey());
    }

    long size(long indexId, Lane lane) {
        return counts.getOrDefault(new Key(indexId, lane), 0L);
    }

    long size(long indexId) {
        return size(indexId, Lane.LIVE) + size(indexId, Lane.BACKFILL);
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** The first row of a lane. */
    Optional<Entry> first(long indexId, Lane lane) {
        if (size(indexId, lane) == 0) {
            return Optional.empty();
        }
        Key key = new Key(indexId, lane);
        try (TypedStore.Cursor<PendingRow> entries = from(indexId, lane, starts.getOrDefault(key, 0L))) {
            if (!entries.hasNext()) {
                return Optional.empty();
            }
            Entry first = entry(entries.next());
            starts.put(key, first.sequence());
            return Optional.of(first);
        }
    }

    /** When the change that queued the longest waiting row was written, in ms since 1970; empty if none waits. */
    OptionalLong oldest(long indexId) {
        return Stream.of(Lane.values())
                .flatMap(lane -> first(indexId, lane).stream())
                .mapToLong(entry -> entry.row().getTimestamp())
                .min();
    }

    /** The rows of a lane from a sequence number on. Close it. */
    TypedStore.Cursor<PendingRow> from(long indexId, Lane lane, long sequence) {
        return store.range(
                StoreKeys.pending(indexId, lane, sequence), StoreKeys.pending(indexId, lane, Long.MAX_VALUE));
    }

    static Entry entry(KeyValue<Bytes, PendingRow> stored) {
        ByteBuffer key = ByteBuffer.wrap(stored.key.get());
        return new Entry(key.getLong(), Lane.of(key.get()), key.getLong(), stored.value);
    }
}
