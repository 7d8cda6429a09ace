package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.serde.VectorBytes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How the store's records look in RocksDB. Numbers are big endian but for vectors, which stay as they came: little endian.
 *
 * <pre>
 * row key       := 0x01 index(8) length(2) row key in UTF-8
 * row value     := 0x02 version(8) revision(4) failed(1) [code:string message:string] metadata:string count(4) ordinal(4)* source
 *                | 0x01, as that, without the source
 * source        := 0x00 | 0x01 system:string database:optional table:optional position:optional time(8; the smallest long if unknown)
 * chunk key     := row key ordinal(4)
 * chunk value   := 0x01 version(8) revision(4) text:string vector(4 × dimensions)
 * watermark key := 0x02 index(8)
 * watermark     := 0x01 version(8) milliseconds of its change (8; the smallest long if unknown)
 * applied key   := 0x03
 * applied       := 0x01 offset in the vectors topic of the newest record that was processed (8)
 * string        := length in bytes (4) UTF-8
 * optional      := 0xffffffff | string
 * </pre>
 *
 * <p>The length before the row key keeps a row and its chunks together and apart from every other row: a scan of the row key as a prefix is
 * one consistent image.
 */
final class StoreFormat {
    private static final byte FORMAT = 1;
    /** Of rows, with their source. */
    private static final byte ROW_FORMAT = 2;

    private static final int ABSENT = -1;
    private static final byte[] NO_TEXT = new byte[0];
    private static final byte ROW = 1;
    private static final byte WATERMARK = 2;
    private static final byte APPLIED = 3;
    private static final int INDEX_END = 1 + Long.BYTES;
    private static final int ROW_KEY_START = INDEX_END + Short.BYTES;
    private static final int TEXT_START = 1 + Long.BYTES + Integer.BYTES;
    private static final int LENGTH_MAX = 0xfffe;

    private StoreFormat() {}

    static Bytes rowKey(long index, String rowKey) {
        byte[] key = rowKey.getBytes(UTF_8);
        if (key.length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "the row key has " + key.length + " bytes, must be at most " + LENGTH_MAX);
        }
        return Bytes.wrap(ByteBuffer.allocate(ROW_KEY_START + key.length)
                .put(ROW)
                .putLong(index)
                .putShort((short) key.length)
                .put(key)
                .array());
    }

    static Bytes chunkKey(Bytes rowKey, int ordinal) {
        byte[] row = rowKey.get();
        return Bytes.wrap(ByteBuffer.allocate(row.length + Integer.BYTES)
                .put(row)
                .putInt(ordinal)
                .array());
    }

    static Bytes watermarkKey(long index) {
        return Bytes.wrap(
                ByteBuffer.allocate(INDEX_END).put(WATERMARK).putLong(index).array());
    }

    static Bytes appliedKey() {
        return Bytes.wrap(new byte[] {APPLIED});
    }

    /** Sorts after a row and all of its chunks, and before the next row. */
    static Bytes afterRow(long index, String rowKey) {
        byte[] key = rowKey(index, rowKey).get();
        // An ordinal is not negative, so its first byte is never this one.
        return Bytes.wrap(
                ByteBuffer.allocate(key.length + 1).put(key).put((byte) -1).array());
    }

    /** Sorts before every row of the index. */
    static Bytes firstRow(long index) {
        return Bytes.wrap(ByteBuffer.allocate(INDEX_END).put(ROW).putLong(index).array());
    }

    /** Sorts after every row and chunk of the index. */
    static Bytes afterRows(long index) {
        return Bytes.wrap(ByteBuffer.allocate(ROW_KEY_START)
                .put(ROW)
                .putLong(index)
                .putShort((short) -1)
                .array());
    }

    /** Whether the key of a row or chunk is a row's. */
    static boolean isRow(byte[] key) {
        return key.length == rowEnd(key);
    }

    /** The row key of a row's or chunk's key. */
    static String rowKey(byte[] key) {
        return new String(key, ROW_KEY_START, rowEnd(key) - ROW_KEY_START, UTF_8);
    }

    static int ordinal(byte[] chunkKey) {
        return ByteBuffer.wrap(chunkKey).getInt(rowEnd(chunkKey));
    }

    private static int rowEnd(byte[] key) {
        return ROW_KEY_START + Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(INDEX_END));
    }

    static StoredRow row(RowImage image, int revision) {
        Failure failure = image.getFailure();
        return new StoredRow(
                image.getVersion(),
                revision,
                failure == null ? null : new RowFailure(failure.getCode(), failure.getMessage()),
                image.getMetadata(),
                image.getChunks().stream().mapToInt(Chunk::getOrdinal).toArray(),
                source(image.getSource()));
    }

    private static @Nullable RowSource source(@Nullable Source source) {
        return source == null
                ? null
                : new RowSource(
                        source.getSystem(),
                        source.getDatabase(),
                        source.getTable(),
                        source.getPosition(),
                        source.getTimestamp());
    }

    static byte[] encode(StoredRow row) {
        RowFailure failure = row.failure();
        byte[] metadata = row.metadata().getBytes(UTF_8);
        byte[] code = failure == null ? new byte[0] : failure.code().getBytes(UTF_8);
        byte[] message = failure == null ? new byte[0] : failure.message().getBytes(UTF_8);
        int failureSize = failure == null ? 0 : 2 * Integer.BYTES + code.length + message.length;
        byte[] source = encode(row.source());
        ByteBuffer value = ByteBuffer.allocate(TEXT_START
                        + 1
                        + failureSize
                        + Integer.BYTES
                        + metadata.length
                        + Integer.BYTES * (1 + row.ordinals().length)
                        + source.length)
                .put(ROW_FORMAT)
                .putLong(row.version())
                .putInt(row.revision())
                .put((byte) (failure == null ? 0 : 1));
        if (failure != null) {
            value.putInt(code.length).put(code).putInt(message.length).put(message);
        }
        value.putInt(metadata.length).put(metadata).putInt(row.ordinals().length);
        for (int ordinal : row.ordinals()) {
            value.putInt(ordinal);
        }
        return value.put(source).array();
    }

    private static byte[] encode(@Nullable RowSource source) {
        if (source == null) {
            return new byte[1];
        }
        byte[][] texts = {
            bytes(source.system()), bytes(source.database()), bytes(source.table()), bytes(source.position())
        };
        int size = 0;
        for (byte[] text : texts) {
            size += Integer.BYTES + text.length;
        }
        ByteBuffer value = ByteBuffer.allocate(1 + size + Long.BYTES).put((byte) 1);
        for (byte[] text : texts) {
            value.putInt(text == NO_TEXT ? ABSENT : text.length).put(text);
        }
        Instant time = source.time();
        return value.putLong(time == null ? Long.MIN_VALUE : time.toEpochMilli())
                .array();
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? NO_TEXT : text.getBytes(UTF_8);
    }

    static StoredRow decodeRow(byte[] encoded) {
        boolean hasSource = encoded[0] == ROW_FORMAT;
        ByteBuffer value = hasSource ? ByteBuffer.wrap(encoded, 1, encoded.length - 1) : open(encoded);
        long version = value.getLong();
        int revision = value.getInt();
        RowFailure failure = value.get() == 0 ? null : new RowFailure(string(value), string(value));
        String metadata = string(value);
        int[] ordinals = new int[value.getInt()];
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = value.getInt();
        }
        return new StoredRow(version, revision, failure, metadata, ordinals, hasSource ? source(value) : null);
    }

    private static @Nullable RowSource source(ByteBuffer value) {
        if (value.get() == 0) {
            return null;
        }
        String system = string(value);
        String database = optional(value);
        String table = optional(value);
        String position = optional(value);
        long time = value.getLong();
        return new RowSource(
                system, database, table, position, time == Long.MIN_VALUE ? null : Instant.ofEpochMilli(time));
    }

    private static @Nullable String optional(ByteBuffer value) {
        if (value.getInt(value.position()) == ABSENT) {
            value.getInt();
            return null;
        }
        return string(value);
    }

    static StoredChunk chunk(Chunk chunk, StoredRow row) {
        byte[] text = chunk.getText().getBytes(UTF_8);
        ByteBuffer vector = chunk.getVector().duplicate();
        return new StoredChunk(
                chunk.getOrdinal(),
                ByteBuffer.allocate(TEXT_START + Integer.BYTES + text.length + vector.remaining())
                        .put(FORMAT)
                        .putLong(row.version())
                        .putInt(row.revision())
                        .putInt(text.length)
                        .put(text)
                        .put(vector)
                        .array());
    }

    static long chunkVersion(byte[] value) {
        return open(value).getLong();
    }

    static int chunkRevision(byte[] value) {
        return open(value).getInt(1 + Long.BYTES);
    }

    static String chunkText(byte[] value) {
        return string(open(value).position(TEXT_START));
    }

    static float[] chunkVector(byte[] encoded) {
        ByteBuffer value = open(encoded);
        int vectorStart = TEXT_START + Integer.BYTES + value.getInt(TEXT_START);
        return VectorBytes.decode(value.position(vectorStart));
    }

    static byte[] encode(Watermark watermark) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put(FORMAT)
                .putLong(watermark.version())
                .putLong(watermark.waitingSinceMs())
                .array();
    }

    static Watermark decodeWatermark(byte @Nullable [] encoded) {
        if (encoded == null) {
            return Watermark.NONE;
        }
        ByteBuffer value = open(encoded);
        return new Watermark(value.getLong(), value.getLong());
    }

    static byte[] encodeOffset(long offset) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(FORMAT).putLong(offset).array();
    }

    static long decodeOffset(byte @Nullable [] encoded) {
        return encoded == null ? -1 : open(encoded).getLong();
    }

    private static ByteBuffer open(byte[] encoded) {
        ByteBuffer value = ByteBuffer.wrap(encoded);
        byte format = value.get();
        if (format != FORMAT) {
            throw new IllegalStateException("a stored record has format " + format + ", this version reads " + FORMAT
                    + "; delete the local state to restore it");
        }
        return value;
    }

    private static String string(ByteBuffer value) {
        int length = value.getInt();
        byte[] text = new byte[length];
        value.get(text);
        return new String(text, UTF_8);
    }

    /** The stored forms of an image. */
    static StoredImage image(String rowKey, RowImage image, int revision) {
        StoredRow row = row(image, revision);
        List<StoredChunk> chunks =
                image.getChunks().stream().map(chunk -> chunk(chunk, row)).toList();
        return new StoredImage(rowKey, row, chunks);
    }
}
