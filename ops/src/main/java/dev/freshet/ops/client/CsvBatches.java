package dev.freshet.ops.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** CSV in batches of whole records, the header line before each. */
final class CsvBatches implements RowBatches {
    private final RawLines lines;
    private final int maxRows;
    private byte @Nullable [] header;
    private long headerLines;

    CsvBatches(InputStream in, int maxRows) {
        this.lines = new RawLines(in);
        this.maxRows = maxRows;
    }

    @Override
    public String contentType() {
        return "text/csv";
    }

    @Override
    public @Nullable RowBatch next() throws IOException {
        if (header == null) {
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            headerLines = readRecord(first);
            while (headerLines > 0 && RawLines.isBlank(first.toByteArray())) {
                headerLines += readRecord(first);
            }
            header = withLineEnd(first.toByteArray());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header);
        int headerBytes = body.size();
        long before = lines.number();
        long rows = 0;
        while (rows < maxRows && body.size() - headerBytes < MAX_BYTES) {
            int size = body.size();
            if (readRecord(body) == 0) {
                break;
            }
            rows += body.size() - size > 2 ? 1 : 0;
        }
        boolean nothing = rows == 0 && body.size() == headerBytes;
        return nothing ? null : new RowBatch(body.toByteArray(), rows, before - headerLines);
    }

    /** Copies the lines of one record, as many as its quotes span. Returns how many there were, 0 at the end. */
    private long readRecord(ByteArrayOutputStream out) throws IOException {
        long count = 0;
        int bytes = 0;
        boolean open = false;
        do {
            byte[] line = lines.next();
            if (line == null) {
                return count;
            }
            out.writeBytes(line);
            bytes += line.length;
            count++;
            open = isOpenAfter(line, open);
        } while (open && bytes < MAX_BYTES);
        return count;
    }

    /**
     * Whether a quoted value goes on after this line. A line with text after a closing quote ends its record: the server refuses that one and
     * goes on with the next line.
     */
    private static boolean isOpenAfter(byte[] line, boolean openBefore) {
        boolean open = openBefore;
        boolean valueStart = true;
        boolean closed = false;
        for (int i = 0; i < line.length; i++) {
            byte b = line[i];
            if (open) {
                if (b == '"' && i + 1 < line.length && line[i + 1] == '"') {
                    i++;
                } else if (b == '"') {
                    open = false;
                    closed = true;
                }
            } else if (b == ',') {
                valueStart = true;
                closed = false;
            } else if (closed && b != '\r' && b != '\n') {
                return openBefore && isOpenAfter(line, false);
            } else {
                open = b == '"' && valueStart;
                valueStart = false;
            }
        }
        return open;
    }

    private static byte[] withLineEnd(byte[] header) {
        if (header.length == 0 || header[header.length - 1] == '\n') {
            return header;
        }
        ByteArrayOutputStream ended = new ByteArrayOutputStream();
        ended.writeBytes(header);
        ended.write('\n');
        return ended.toByteArray();
    }
}
