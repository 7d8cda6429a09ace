package dev.freshet.search;

import dev.freshet.schemas.avro.RowImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of records changes in RocksDB, gathered before any of it is written, so that each row is replaced in one write. For one
 * thread.
 *
 * <p>Applying is idempotent: an image older than the stored one is ignored; one of the same version is written again as a new revision only if it
 * says something else; deleting what is not there is nothing. Rows that a record spoke of without changing them are noted all the same: RocksDB may have had the change already, and a
 * graph that was read from a snapshot not.
 */
final class StagedChanges {
    private final RowStorage storage;
    private final Map<Bytes, Optional<byte[]>> writes = new LinkedHashMap<>();
    private final Map<RowId, Optional<StoredImage>> rows = new LinkedHashMap<>();
    private final Set<RowId> repeated = new LinkedHashSet<>();
    private final Map<Long, Watermark> watermarks = new LinkedHashMap<>();

    StagedChanges(RowStorage storage) {
        this.storage = storage;
    }

    record RowId(long index, String rowKey) {}

    void put(long index, String rowKey, RowImage image) {
        Bytes key = StoreFormat.rowKey(index, rowKey);
        StoredRow stored = stored(key);
        if (stored != null && stored.version() > image.getVersion()) {
            repeated.add(new RowId(index, rowKey));
            return;
        }
        int revision = stored != null && stored.version() == image.getVersion() ? stored.revision() : 0;
        if (stored != null && stored.version() == image.getVersion()) {
            if (sameAsStored(key, stored, StoreFormat.image(rowKey, image, revision))) {
                repeated.add(new RowId(index, rowKey));
                return;
            }
            revision++;
        }
        StoredImage replacement = StoreFormat.image(rowKey, image, revision);
        if (stored != null) {
            removeChunks(key, stored);
        }
        writes.put(key, Optional.of(StoreFormat.encode(replacement.row())));
        for (StoredChunk chunk : replacement.chunks()) {
            writes.put(StoreFormat.chunkKey(key, chunk.ordinal()), Optional.of(chunk.value()));
        }
        rows.put(new RowId(index, rowKey), Optional.of(replacement));
    }

    void delete(long index, String rowKey) {
        Bytes key = StoreFormat.rowKey(index, rowKey);
        StoredRow stored = stored(key);
        if (stored != null) {
            removeChunks(key, stored);
            writes.put(key, Optional.empty());
        }
        rows.put(new RowId(index, rowKey), Optional.empty());
    }

    void watermark(long index, Watermark watermark) {
        Bytes key = StoreFormat.watermarkKey(index);
        if (StoreFormat.decodeWatermark(value(key)).version() <= watermark.version()) {
            writes.put(key, Optional.of(StoreFormat.encode(watermark)));
            watermarks.put(index, watermark);
        }
    }

    void deleteWatermark(long index) {
        writes.put(StoreFormat.watermarkKey(index), Optional.empty());
        watermarks.remove(index);
    }

    void applied(long offset) {
        writes.put(StoreFormat.appliedKey(), Optional.of(StoreFormat.encodeOffset(offset)));
    }

    /** Each changed row's newest image; empty if it is deleted, or was not there. */
    Map<RowId, Optional<StoredImage>> rows() {
        return rows;
    }

    /** Rows that are in the storage as a record said, or newer, and were not changed. */
    Set<RowId> repeated() {
        repeated.removeAll(rows.keySet());
        return repeated;
    }

    /** All rows that a record spoke of. */
    Set<RowId> touched() {
        Set<RowId> touched = new LinkedHashSet<>(rows.keySet());
        touched.addAll(repeated);
        return touched;
    }

    Map<Long, Watermark> watermarks() {
        return watermarks;
    }

    void write() {
        List<KeyValue<Bytes, byte[]>> changes = new ArrayList<>(writes.size());
        writes.forEach((key, value) -> changes.add(change(key, value)));
        if (!changes.isEmpty()) {
            storage.write(changes);
        }
    }

    // A null value deletes; Kafka's type does not say so.
    @SuppressWarnings("NullAway")
    private static KeyValue<Bytes, byte[]> change(Bytes key, Optional<byte[]> value) {
        return new KeyValue<>(key, value.orElse(null));
    }

    private void removeChunks(Bytes key, StoredRow stored) {
        for (int ordinal : stored.ordinals()) {
            writes.put(StoreFormat.chunkKey(key, ordinal), Optional.empty());
        }
    }

    private boolean sameAsStored(Bytes key, StoredRow stored, StoredImage image) {
        if (!Arrays.equals(StoreFormat.encode(stored), StoreFormat.encode(image.row()))) {
            return false;
        }
        return image.chunks().stream()
                .allMatch(chunk -> Arrays.equals(chunk.value(), value(StoreFormat.chunkKey(key, chunk.ordinal()))));
    }

    private @Nullable StoredRow stored(Bytes key) {
        byte[] value = value(key);
        return value == null ? null : StoreFormat.decodeRow(value);
    }

    private byte @Nullable [] value(Bytes key) {
        Optional<byte[]> staged = writes.get(key);
        return staged == null ? storage.get(key) : staged.orElse(null);
    }
}
