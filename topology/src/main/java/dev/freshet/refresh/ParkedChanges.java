package dev.freshet.refresh;

import dev.freshet.schemas.avro.ParkedChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;

/**
 * Changes whose dataset is not known yet: kept for {@link #PATIENCE}, because the catalog may lag or the dataset be created a moment later. Used by the
 * task's stream thread only.
 */
final class ParkedChanges {
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final TypedStore<ParkedChange> store;
    private long size;

    ParkedChanges(TypedStore<ParkedChange> store) {
        this.store = store;
        try (TypedStore.Cursor<ParkedChange> entries = store.all()) {
            while (entries.hasNext()) {
                entries.next();
                size++;
            }
        }
    }

    void add(ParkedChange change) {
        store.put(StoreKeys.number(change.getVersion()), change);
        size++;
    }

    void remove(ParkedChange change) {
        store.delete(StoreKeys.number(change.getVersion()));
        size--;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Up to {@code limit} changes of a version of at least {@code from}, in order. */
    List<ParkedChange> from(long from, int limit) {
        List<ParkedChange> changes = new ArrayList<>();
        try (TypedStore.Cursor<ParkedChange> entries =
                store.range(StoreKeys.number(from), StoreKeys.number(Long.MAX_VALUE))) {
            while (entries.hasNext() && changes.size() < limit) {
                KeyValue<Bytes, ParkedChange> entry = entries.next();
                changes.add(entry.value);
            }
        }
        return changes;
    }
}
