package dev.freshet.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows and chunks of one partition in RocksDB.
 *
 * <p>One thread writes, any number read meanwhile. Closing waits for the reads that run, and later ones throw {@link NotAnsweredException}: RocksDB
 * must never be touched after it is closed, and not every method of Streams' store checks.
 */
final class RowStorage {
    private final KeyValueStore<Bytes, byte[]> records;
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private volatile boolean closed;

    RowStorage(KeyValueStore<Bytes, byte[]> records) {
        this.records = records;
    }

    /** A part of an index's rows, and where the next part begins; null after the last. */
    record Slice(List<StoredImage> rows, @Nullable Bytes next) {}

    byte @Nullable [] get(Bytes key) {
        return reading(() -> records.get(key));
    }

    Optional<StoredRow> row(long index, String rowKey) {
        return Optional.ofNullable(get(StoreFormat.rowKey(index, rowKey))).map(StoreFormat::decodeRow);
    }

    /** A chunk, perhaps of another state of the row than one that was read before: ask it with {@link StoredChunk#belongsTo}. */
    Optional<StoredChunk> chunk(long index, String rowKey, int ordinal) {
        return Optional.ofNullable(get(StoreFormat.chunkKey(StoreFormat.rowKey(index, rowKey), ordinal)))
                .map(value -> new StoredChunk(ordinal, value));
    }

    /** A row and all its chunks, of one moment. */
    Optional<StoredImage> image(long index, String rowKey) {
        return reading(() -> {
            Bytes key = StoreFormat.rowKey(index, rowKey);
            try (KeyValueIterator<Bytes, byte[]> found =
                    records.prefixScan(key, Serdes.Bytes().serializer())) {
                return images(found, 1, Integer.MAX_VALUE).rows().stream().findFirst();
            }
        });
    }

    /** The next rows of an index in their order on disk: so many at most, and at least one, but no more than takes them to so many bytes. */
    Slice slice(long index, @Nullable Bytes from, int rows, int bytes) {
        return reading(() -> {
            try (KeyValueIterator<Bytes, byte[]> found =
                    records.range(from == null ? StoreFormat.firstRow(index) : from, StoreFormat.afterRows(index))) {
                return images(found, rows, bytes);
            }
        });
    }

    private static Slice images(KeyValueIterator<Bytes, byte[]> records, int limit, int bytesLimit) {
        long bytes = 0;
        List<StoredImage> images = new ArrayList<>();
        String rowKey = null;
        StoredRow row = null;
        List<StoredChunk> chunks = new ArrayList<>();
        while (records.hasNext()) {
            KeyValue<Bytes, byte[]> next = records.next();
            byte[] key = next.key.get();
            bytes += next.value.length;
            if (!StoreFormat.isRow(key)) {
                chunks.add(new StoredChunk(StoreFormat.ordinal(key), next.value));
                continue;
            }
            if (rowKey != null && row != null) {
                images.add(new StoredImage(rowKey, row, chunks));
                if (images.size() == limit || bytes > bytesLimit) {
                    return new Slice(images, next.key);
                }
            }
            rowKey = StoreFormat.rowKey(key);
            row = StoreFormat.decodeRow(next.value);
            chunks.clear();
        }
        if (rowKey != null && row != null) {
            images.add(new StoredImage(rowKey, row, chunks));
        }
        return new Slice(images, null);
    }

    /** Writes all or nothing. */
    void write(List<KeyValue<Bytes, byte[]>> changes) {
        reading(() -> {
            records.putAll(changes);
            return true;
        });
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        gate.writeLock().lock();
        try {
            closed = true;
            records.close();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private <T extends @Nullable Object> T reading(Supplier<T> read) {
        gate.readLock().lock();
        try {
            if (closed) {
                throw new NotAnsweredException("the store is closed");
            }
            return read.get();
        } finally {
            gate.readLock().unlock();
        }
    }
}
