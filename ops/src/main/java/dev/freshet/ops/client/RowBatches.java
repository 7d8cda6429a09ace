package dev.freshet.ops.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stream of rows cut into batches; only one of them is in memory. */
public interface RowBatches {
    /** Most bytes of one batch, unless a single row is longer. */
    int MAX_BYTES = 8 << 20;

    /** The next batch, or null after the last. */
    @Nullable
    RowBatch next() throws IOException;

    /** The media type of the batches. */
    String contentType();
}
