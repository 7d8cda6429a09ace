package dev.freshet.refresh;

import dev.freshet.schemas.avro.PendingRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one partition that wait to be embedded: durable, in order of arrival per index and lane, each row at most once per index. What stands
 * here is what is stale. A row may be the work of a job, its tag.
 *
 * <p>Used by the task's stream thread only. Numbers of rows are kept in memory, counted anew when the task starts.
 */
final class PendingQueue {
    /** The version of a row that the index has in its newest state, and that is only embedded again. */
    static final long ALL_REFLECTED = Long.MAX_VALUE;

    private static final long NO_JOB = 0;

    private final TypedStore<PendingRow> store;
    private final Map<Key, Waiting> lanes = new HashMap<>();
    private final Map<Long, Long> byJob = new HashMap<>();
    /** The versions that wait per index and are not reflected. */
    private final Map<Long, TreeMap<Long, Version>> versions = new HashMap<>();
    /** How often each index's queue went from empty to not empty. */
    private final Map<Long, Long> begun = new HashMap<>();

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

    /** The rows at one version, and when the change of that version was written. */
    private record Version(int rows, long timestamp) {}

    /** What waits in one lane. */
    private static final class Waiting {
        private final Map<Long, Long> byJob = new HashMap<>();
        private long rows;
        /** The first row whose tag was changed since that was last asked for. */
        private long retagged = Long.MAX_VALUE;
    }

    /** The sequence number that the next row will have; rows that stand in the queue have smaller ones. */
    long nextSequence() {
        return nextSequence;
    }

    /** Adds a row at the end of a lane and returns its sequence number. */
    long add(long indexId, Lane lane, PendingRow row) {
        long sequence = nextSequence++;
        store.put(StoreKeys.pending(indexId, lane, sequence), row);
        count(indexId, lane, row);
        return sequence;
    }

    Optional<PendingRow> get(long indexId, Lane lane, long sequence) {
        return store.get(StoreKeys.pending(indexId, lane, sequence));
    }

    /** Removes a row and returns it, if it was there. */
    Optional<PendingRow> remove(long indexId, Lane lane, long sequence) {
        Bytes key = StoreKeys.pending(indexId, lane, sequence);
        Optional<PendingRow> row = store.get(key);
        if (row.isPresent()) {
            store.delete(key);
            forget(indexId, lane, row.get());
        }
        return row;
    }

    /** Writes a row anew in its place; {@code before} is what stands there. */
    Entry replace(Entry before, PendingRow row) {
        store.put(StoreKeys.pending(before.indexId(), before.lane(), before.sequence()), row);
        // The new one is counted first: the queue is not empty in between.
        count(before.indexId(), before.lane(), row);
        forget(before.indexId(), before.lane(), before.row());
        if (tag(row) != tag(before.row())) {
            Waiting lane = lane(before.indexId(), before.lane());
            lane.retagged = Math.min(lane.retagged, before.sequence());
        }
        return new Entry(before.indexId(), before.lane(), before.sequence(), row);
    }

    private void count(long indexId, Lane lane, PendingRow row) {
        if (size(indexId) == 0) {
            begun.merge(indexId, 1L, Long::sum);
        }
        Waiting waiting = lane(indexId, lane);
        waiting.rows++;
        waiting.byJob.merge(tag(row), 1L, Long::sum);
        byJob.merge(tag(row), 1L, Long::sum);
        if (row.getVersion() != ALL_REFLECTED) {
            versions.computeIfAbsent(indexId, id -> new TreeMap<>())
                    .merge(
                            row.getVersion(),
                            new Version(1, row.getTimestamp()),
                            (some, one) -> new Version(some.rows() + 1, Math.min(some.timestamp(), one.timestamp())));
        }
    }

    private void forget(long indexId, Lane lane, PendingRow row) {
        Waiting waiting = lane(indexId, lane);
        waiting.rows--;
        waiting.byJob.computeIfPresent(tag(row), PendingQueue::less);
        byJob.computeIfPresent(tag(row), PendingQueue::less);
        TreeMap<Long, Version> waitingVersions = versions.get(indexId);
        if (waitingVersions != null) {
            waitingVersions.computeIfPresent(
                    row.getVersion(),
                    (version, rows) -> rows.rows() == 1 ? null : new Version(rows.rows() - 1, rows.timestamp()));
            if (waitingVersions.isEmpty()) {
                versions.remove(indexId);
            }
        }
        if (waiting.rows == 0 && waiting.retagged == Long.MAX_VALUE) {
            lanes.remove(new Key(indexId, lane));
        }
    }

    private static @Nullable Long less(Long job, Long rows) {
        return rows == 1 ? null : rows - 1;
    }

    private static long tag(PendingRow row) {
        Long job = row.getJob();
        return job == null ? NO_JOB : job;
    }

    private Waiting lane(long indexId, Lane lane) {
        return lanes.computeIfAbsent(new Key(indexId, lane), key -> new Waiting());
    }

    /** The oldest version of any waiting row that the index does not reflect; empty if none waits. */
    OptionalLong oldestVersion(long indexId) {
        TreeMap<Long, Version> waiting = versions.get(indexId);
        return waiting == null ? OptionalLong.empty() : OptionalLong.of(waiting.firstKey());
    }

    /** When the oldest change that the index does not reflect was written, in ms since 1970; empty if none waits. */
    OptionalLong oldest(long indexId) {
        TreeMap<Long, Version> waiting = versions.get(indexId);
        return waiting == null
                ? OptionalLong.empty()
                : OptionalLong.of(waiting.firstEntry().getValue().timestamp());
    }

    long size(long indexId, Lane lane) {
        Waiting waiting = lanes.get(new Key(indexId, lane));
        return waiting == null ? 0 : waiting.rows;
    }

    long size(long indexId) {
        return size(indexId, Lane.LIVE) + size(indexId, Lane.BACKFILL);
    }

    /** How many rows are the work of a job, in all indexes. */
    long tagged(long job) {
        return byJob.getOrDefault(job, 0L);
    }

    /**
     * How many rows of a lane are the work of jobs that the filter lets through, or of no job, if {@code untagged} says so.
     *
     * @param untagged whether rows that are no job's work count
     */
    long size(long indexId, Lane lane, LongPredicate jobs, boolean untagged) {
        Waiting waiting = lanes.get(new Key(indexId, lane));
        if (waiting == null) {
            return 0;
        }
        long rows = 0;
        for (Map.Entry<Long, Long> job : waiting.byJob.entrySet()) {
            if (job.getKey() == NO_JOB ? untagged : jobs.test(job.getKey())) {
                rows += job.getValue();
            }
        }
        return rows;
    }

    /** The first row of a lane whose tag was changed since this was last asked; empty if none was. */
    OptionalLong takeRetagged(long indexId, Lane lane) {
        Waiting waiting = lanes.get(new Key(indexId, lane));
        if (waiting == null || waiting.retagged == Long.MAX_VALUE) {
            return OptionalLong.empty();
        }
        long first = waiting.retagged;
        waiting.retagged = Long.MAX_VALUE;
        return OptionalLong.of(first);
    }

    /** How often an index's queue has gone from empty to not empty since the task began; its rows at the beginning count as one time. */
    long timesBegun(long indexId) {
        return begun.getOrDefault(indexId, 0L);
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
