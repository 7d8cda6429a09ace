package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the refresh application's stores. Numbers are big endian, so that ranges of a store are in their order.
 *
 * <ul>
 *   <li>rows: dataset id (8 bytes), row key (UTF-8)
 *   <li>embedded: index id (8 bytes), row key (UTF-8)
 *   <li>pending: index id (8 bytes), lane (1 byte), sequence number (8 bytes)
 *   <li>parked: version (8 bytes)
 *   <li>merges: job id (8 bytes)
 *   <li>copied: job id (8 bytes), row key (UTF-8)
 *   <li>lineage: dataset id (8 bytes)
 *   <li>scans: {@code i} and the index id, {@code d} and the dataset id, {@code t} or {@code s} with dataset id and version, or {@code p}
 * </ul>
 */
final class StoreKeys {
    private StoreKeys() {}

    static Bytes row(long ownerId, String rowKey) {
        byte[] text = rowKey.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(ownerId)
                .put(text)
                .array());
    }

    /** The dataset or index of a row's key. */
    static long owner(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong();
    }

    static String rowKey(Bytes key) {
        byte[] bytes = key.get();
        return new String(bytes, Long.BYTES, bytes.length - Long.BYTES, UTF_8);
    }

    static Bytes prefix(long ownerId) {
        return number(ownerId);
    }

    /** The first key behind all that start with this id. */
    static Bytes behind(long ownerId) {
        return number(ownerId + 1);
    }

    /** The smallest key behind this one. */
    static Bytes after(ByteBuffer key) {
        return Bytes.wrap(
                ByteBuffer.allocate(key.remaining() + 1).put(key.duplicate()).array());
    }

    static Bytes number(long value) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static long number(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong();
    }

    static Bytes pending(long indexId, Lane lane, long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES + 1)
                .putLong(indexId)
                .put((byte) lane.code())
                .putLong(sequence)
                .array());
    }

    static Bytes scan(char kind, long... numbers) {
        ByteBuffer key = ByteBuffer.allocate(1 + numbers.length * Long.BYTES).put((byte) kind);
        for (long number : numbers) {
            key.putLong(number);
        }
        return Bytes.wrap(key.array());
    }
}
