package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A body that came packed, as it was before. What is no gzip, or ends early, is the caller's mistake: {@code BAD_REQUEST}. */
final class GzipBody extends FilterInputStream {
    private static final int BUFFER_BYTES = 16 * 1024;

    private GzipBody(InputStream unpacked) {
        super(unpacked);
    }

    static GzipBody of(InputStream packed) throws IOException {
        try {
            return new GzipBody(new GZIPInputStream(packed, BUFFER_BYTES));
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    private static FreshetException damaged(IOException e) {
        return new FreshetException(
                ErrorCode.BAD_REQUEST,
                "Content-Encoding is gzip, and the body is no whole gzip stream: " + e.getMessage(),
                e);
    }
}
