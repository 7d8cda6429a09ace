package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.RowLimits;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on what is made of a row: its stored state, its metadata, its chunks with their vectors. Together they stay below the largest record that the
 * topics take, so that no row can make a record that Kafka refuses and stop its partition.
 */
final class RowSize {
    static final int STATE_BYTES_MAX = 12 * 1024 * 1024;
    /** Below the largest record by what parking or forwarding a record adds to it. */
    static final int RECORD_BYTES_MAX = 15 * 1024 * 1024;

    static final int CHUNK_BYTES_MAX = 10 * 1024 * 1024;
    static final String CHUNKS_TOO_LARGE = "the row's chunks and vectors together have more than " + CHUNK_BYTES_MAX
            + " bytes: split the row, or give the index a larger chunk_size";

    private static final int CHUNK_OVERHEAD = 64;

    private RowSize() {}

    /** Throws {@code ROW_TOO_LARGE} if a row's state or metadata is too large. */
    static void require(RowState row, String metadata) {
        int state = RefreshStores.ROW_STATES.encode(row).length;
        if (state > STATE_BYTES_MAX) {
            throw new FreshetException(
                    ErrorCode.ROW_TOO_LARGE,
                    "all columns of the row together have " + state + " bytes, at most " + STATE_BYTES_MAX
                            + " are allowed");
        }
        if (!fits(metadata)) {
            throw new FreshetException(ErrorCode.ROW_TOO_LARGE, RowLimits.tooLarge(metadata.getBytes(UTF_8).length));
        }
    }

    /** Whether metadata, as JSON, can stand in an image. */
    static boolean fits(String metadata) {
        return metadata.length() <= RowLimits.METADATA_BYTES_MAX
                && metadata.getBytes(UTF_8).length <= RowLimits.METADATA_BYTES_MAX;
    }

    /** The size of a record that was read. */
    static long of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = (key == null ? 0 : key.length) + (long) (value == null ? 0 : value.length);
        for (Header header : headers) {
            bytes += header.key().length() + (long) (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** Whether chunks can stand in one record. */
    static boolean fits(List<Chunk> chunks) {
        long bytes = 0;
        for (Chunk chunk : chunks) {
            bytes += chunk.getText().getBytes(UTF_8).length + chunk.getVector().remaining() + CHUNK_OVERHEAD;
        }
        return bytes <= CHUNK_BYTES_MAX;
    }
}
