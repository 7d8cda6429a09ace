package dev.freshet.ops.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes with their ends, undecoded: what is wrong with them is for the server to say. A byte order mark is dropped. */
final class RawLines {
    /** Of a longer line only this much is kept: more than the server takes, so that it refuses the line. */
    private static final int MAX_LINE_BYTES = 16 << 20;

    private final InputStream in;
    private long number;

    RawLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line, or null at the end. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0) {
            if (line.size() < MAX_LINE_BYTES || b == '\n') {
                line.write(b);
            }
            if (b == '\n') {
                break;
            }
            b = in.read();
        }
        number++;
        byte[] bytes = line.toByteArray();
        return number == 1 ? withoutMark(bytes) : bytes;
    }

    /** The number of the line that was last given out, from 1. */
    long number() {
        return number;
    }

    static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return false;
            }
        }
        return true;
    }

    private static byte[] withoutMark(byte[] line) {
        boolean marked =
                line.length >= 3 && (line[0] & 0xFF) == 0xEF && (line[1] & 0xFF) == 0xBB && (line[2] & 0xFF) == 0xBF;
        return marked ? Arrays.copyOfRange(line, 3, line.length) : line;
    }
}
