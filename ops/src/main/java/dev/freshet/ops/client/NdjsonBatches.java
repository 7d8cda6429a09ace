package dev.freshet.ops.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** NDJSON in batches of whole lines. */
final class NdjsonBatches implements RowBatches {
    private final RawLines lines;
    private final int maxRows;

    NdjsonBatches(InputStream in, int maxRows) {
        this.lines = new RawLines(in);
        this.maxRows = maxRows;
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public @Nullable RowBatch next() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long before = lines.number();
        long rows = 0;
        while (rows < maxRows && body.size() < MAX_BYTES) {
            byte[] line = lines.next();
            if (line == null) {
                break;
            }
            body.writeBytes(line);
            rows += RawLines.isBlank(line) ? 0 : 1;
        }
        return rows == 0 ? null : new RowBatch(body.toByteArray(), rows, before);
    }
}
