package dev.freshet.ops.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** What a file of rows is written in. */
public enum RowFileFormat {
    JSON,
    NDJSON,
    CSV,
    /** Told by the name's ending, then by the first characters. */
    AUTO;

    private static final int SNIFFED_BYTES = 1 << 16;

    /** Cuts the stream into batches of at most {@code maxRows}. */
    public RowBatches batches(InputStream in, String fileName, int maxRows) throws IOException {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows is " + maxRows + ", must be positive");
        }
        BufferedInputStream buffered = new BufferedInputStream(in, SNIFFED_BYTES);
        RowFileFormat format = this == AUTO ? guess(buffered, fileName) : this;
        return switch (format) {
            case JSON -> new JsonBatches(buffered, maxRows);
            case NDJSON -> new NdjsonBatches(buffered, maxRows);
            case CSV, AUTO -> new CsvBatches(buffered, maxRows);
        };
    }

    private static RowFileFormat guess(BufferedInputStream in, String fileName) throws IOException {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
            return NDJSON;
        }
        if (name.endsWith(".csv")) {
            return CSV;
        }
        in.mark(SNIFFED_BYTES);
        byte[] start = in.readNBytes(SNIFFED_BYTES - 1);
        in.reset();
        return guess(start);
    }

    private static RowFileFormat guess(byte[] start) {
        int first = firstCharacter(start);
        if (first == start.length) {
            return NDJSON;
        }
        if (start[first] == '[') {
            return JSON;
        }
        if (start[first] != '{') {
            return CSV;
        }
        // One object over several lines is JSON; a first line that ends its object may be one of many.
        for (int i = first; i < start.length; i++) {
            if (start[i] == '\n') {
                int last = i - 1;
                while (last > first && (start[last] == '\r' || start[last] == ' ')) {
                    last--;
                }
                return start[last] == '}' ? NDJSON : JSON;
            }
        }
        return NDJSON;
    }

    private static int firstCharacter(byte[] start) {
        int at = start.length >= 3 && (start[0] & 0xFF) == 0xEF ? 3 : 0;
        while (at < start.length && (start[at] == ' ' || start[at] == '\n' || start[at] == '\r' || start[at] == '\t')) {
            at++;
        }
        return at;
    }
}
