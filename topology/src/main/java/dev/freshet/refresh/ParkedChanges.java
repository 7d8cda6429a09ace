package dev.freshet.refresh;

import dev.freshet.schemas.avro.ParkedChange;
import dev.freshet.schemas.avro.ParkedHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Changes whose dataset is not known yet: kept for a while, because the catalog may lag or the dataset be created a moment later. Used by the task's stream
 * thread only.
 */
final class ParkedChanges {
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

    void add(Record<byte[], byte[]> record, long version, long now) {
        List<ParkedHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(
                    new ParkedHeader(header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())));
        }
        add(new ParkedChange(
                ByteBuffer.wrap(record.key()),
                ByteBuffer.wrap(record.value() == null ? new byte[0] : record.value()),
                version,
                record.timestamp(),
                now,
                headers));
    }

    /** The headers that a change had as a record. */
    static Headers headers(ParkedChange change) {
        Headers headers = new RecordHeaders();
        for (ParkedHeader header : change.getHeaders()) {
            ByteBuffer value = header.getValue();
            headers.add(header.getKey(), value == null ? null : bytes(value));
        }
        return headers;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void add(ParkedChange change) {
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
