package dev.freshet.refresh;

import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.CopiedRow;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.JobStage;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.RowState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What a merge job does to the rows that lie in this partition, a slice at a time: counts those of the source, sends them to the destination, and later has the
 * copied ones deleted.
 *
 * <p>After a slice a mark is sent to the own partition, and the next slice waits for it to come back: so a job never writes faster than this partition reads, and
 * other changes wait behind one slice at most. How far it has come is stored in the transaction that sends, so a restart goes on where it was. Used by the task's
 * stream thread only.
 */
final class MergeSteps {
    private static final int LOOKED_AT_MAX = 1_000;
    private static final int ROWS_PER_SLICE = 200;
    private static final int SLICE_BYTES_MAX = 4 * 1024 * 1024;

    private final RefreshStores stores;
    private final PartitionScans scans;
    private final JobParts states;
    private final JobMessages messages;

    MergeSteps(RefreshStores stores, PartitionScans scans, JobParts states, JobMessages messages) {
        this.stores = stores;
        this.scans = scans;
        this.states = states;
        this.messages = messages;
    }

    /** Whether there is something to do now. */
    static boolean ready(JobPart state) {
        return switch (state.getStage()) {
            case COUNT, COPY, CLEAR -> !state.getMarked();
            case DISCARD -> true;
            case COPIED, CLEARED, TAG, WALK, WORK, FINISHED -> false;
        };
    }

    /** Begins with a mark: the rows that were written before the job's start have been taken when it comes back. */
    void begin(long jobId, Merge merge) {
        mark(states.add(jobId, merge.kind(), JobStage.COUNT), merge);
    }

    void beginClearing(JobPart state) {
        state.setStage(JobStage.CLEAR);
        states.put(state);
    }

    /** Takes one slice; the state must be {@link #ready} and its job run. */
    void step(JobPart state, Merge merge) {
        switch (state.getStage()) {
            case COUNT -> count(state, merge);
            case COPY -> copy(state, merge);
            case CLEAR -> clear(state, merge);
            case COPIED, CLEARED, DISCARD, TAG, WALK, WORK, FINISHED -> {}
        }
    }

    /** Takes away, a slice at a time, what was kept for a job that has ended. */
    void discard(JobPart state) {
        List<KeyValue<Bytes, CopiedRow>> copied = copied(state.getJob(), LOOKED_AT_MAX);
        copied.forEach(entry -> stores.copied().delete(entry.key));
        if (copied.size() < LOOKED_AT_MAX) {
            states.remove(state);
        } else if (state.getStage() != JobStage.DISCARD) {
            state.setStage(JobStage.DISCARD);
            states.put(state);
        }
    }

    private void count(JobPart state, Merge merge) {
        int lookedAt = 0;
        Bytes last = null;
        try (TypedStore.Cursor<RowState> rows = rows(state, merge)) {
            for (; lookedAt < LOOKED_AT_MAX && rows.hasNext(); lookedAt++) {
                KeyValue<Bytes, RowState> entry = rows.next();
                last = entry.key;
                if (live(merge, entry.value)) {
                    state.setCounted(state.getCounted() + 1);
                }
            }
        }
        if (lookedAt < LOOKED_AT_MAX) {
            state.setStage(JobStage.COPY);
            state.setCursor(null);
        } else {
            state.setCursor(cursor(last));
        }
        states.put(state);
    }

    private void copy(JobPart state, Merge merge) {
        int lookedAt = 0;
        int sent = 0;
        int bytes = 0;
        Bytes last = null;
        boolean more = true;
        try (TypedStore.Cursor<RowState> rows = rows(state, merge)) {
            while (lookedAt < LOOKED_AT_MAX && sent < ROWS_PER_SLICE && bytes < SLICE_BYTES_MAX && more) {
                more = rows.hasNext();
                if (more) {
                    KeyValue<Bytes, RowState> entry = rows.next();
                    last = entry.key;
                    lookedAt++;
                    if (live(merge, entry.value)) {
                        bytes += messages.copy(state.getJob(), merge, StoreKeys.rowKey(entry.key), entry.value);
                        sent++;
                    }
                }
            }
        }
        state.setSent(state.getSent() + sent);
        if (more) {
            state.setCursor(cursor(last));
            mark(state, merge);
            return;
        }
        state.setCursor(null);
        state.setStage(JobStage.COPIED);
        states.put(state);
        messages.tellAll(state.getJob(), merge, MergeKind.COPIED);
    }

    private void clear(JobPart state, Merge merge) {
        List<KeyValue<Bytes, CopiedRow>> copied = copied(state.getJob(), ROWS_PER_SLICE);
        for (KeyValue<Bytes, CopiedRow> entry : copied) {
            messages.clear(state.getJob(), merge, StoreKeys.rowKey(entry.key), entry.value.getVersion());
            stores.copied().delete(entry.key);
        }
        if (copied.size() == ROWS_PER_SLICE) {
            mark(state, merge);
            return;
        }
        state.setStage(JobStage.CLEARED);
        states.put(state);
        messages.tellAll(state.getJob(), merge, MergeKind.CLEARED);
    }

    private void mark(JobPart state, Merge merge) {
        state.setMarked(true);
        states.put(state);
        messages.mark(state.getJob(), merge.destination(), merge.destinationId());
    }

    private TypedStore.Cursor<RowState> rows(JobPart state, Merge merge) {
        Bytes from =
                state.getCursor() == null ? StoreKeys.prefix(merge.sourceId()) : StoreKeys.after(state.getCursor());
        return stores.rows().range(from, StoreKeys.behind(merge.sourceId()));
    }

    /** Whether the source has this row; one that a truncate under way has not come to is as good as gone. */
    private boolean live(Merge merge, RowState row) {
        return !row.getDeleted() && scans.truncated(merge.sourceId(), row).isEmpty();
    }

    private List<KeyValue<Bytes, CopiedRow>> copied(long jobId, int limit) {
        List<KeyValue<Bytes, CopiedRow>> copied = new ArrayList<>();
        try (TypedStore.Cursor<CopiedRow> entries =
                stores.copied().range(StoreKeys.prefix(jobId), StoreKeys.behind(jobId))) {
            while (copied.size() < limit && entries.hasNext()) {
                copied.add(entries.next());
            }
        }
        return copied;
    }

    private static @Nullable ByteBuffer cursor(@Nullable Bytes last) {
        return last == null ? null : ByteBuffer.wrap(last.get());
    }
}
