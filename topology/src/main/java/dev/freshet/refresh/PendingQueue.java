package dev.freshet.refresh;

import dev.freshet.schemas.avro.PendingRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private long nextSequence;

    PendingQueue(TypedStore<PendingRow> store) {
        this.store = store;
        try (TypedStore.Cursor<PendingRow> entries = store.all()) {
            while (entries.hasNext()) {
                Entry entry = entry(entries.next());
                counts.merge(new Key(entry.indexId(), entry.lane()), 1L, Long::sum);
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
        counts.merge(new Key(indexId, lane), 1L, Long::sum);
        return sequence;
    }

    void remove(long indexId, Lane lane, long sequence) {
        Bytes key = StoreKeys.pending(indexId, lane, sequence);
        if (store.get(key).isPresent()) {
            store.delete(key);
            counts.computeIfPresent(new Key(indexId, lane), (k, count) -> count == 1 ? null : count - 1);
        }
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
        try (TypedStore.Cursor<PendingRow> entries = from(indexId, lane, 0)) {
            return entries.hasNext() ? Optional.of(entry(entries.next())) : Optional.empty();
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
