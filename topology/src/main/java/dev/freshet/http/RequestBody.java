package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request's body, never longer than the limit: of one that comes packed, what it unpacks to. */
final class RequestBody {
    private static final Set<String> PACKED = Set.of("gzip", "x-gzip");

    private RequestBody() {}

    private static final String SETTING = "setting http.max.body.bytes";

    /** The whole body of a request that must be JSON. */
    static byte[] json(Context context, long maxBytes) throws IOException {
        return json(context, maxBytes, SETTING);
    }

    /**
     * The whole body of a request that must be JSON.
     *
     * @param limit what the limit is, for who is told that it is exceeded
     */
    static byte[] json(Context context, long maxBytes, String limit) throws IOException {
        String type = mediaType(context);
        if (type != null && !type.equals("application/json") && !type.endsWith("+json")) {
            throw new FreshetException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is " + type
                            + ", this takes application/json (curl: -H 'Content-Type: application/json')");
        }
        try (InputStream body = open(context, maxBytes, limit)) {
            return body.readAllBytes();
        }
    }

    /** The body as a stream that throws {@code BODY_TOO_LARGE} beyond the limit. */
    static InputStream open(Context context, long maxBytes) {
        return open(context, maxBytes, SETTING);
    }

    private static InputStream open(Context context, long maxBytes, String limit) {
        String encoding = context.header("Content-Encoding");
        boolean packed = encoding != null && PACKED.contains(encoding.trim().toLowerCase(Locale.ROOT));
        if (encoding != null && !packed && !encoding.trim().equalsIgnoreCase("identity")) {
            throw new FreshetException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding is " + encoding + ", bodies are taken as they are or with gzip");
        }
        checkCharset(context.contentType());
        if (context.req().getContentLengthLong() > maxBytes) {
            throw LimitedStream.tooLarge(maxBytes, limit);
        }
        try {
            InputStream body = context.req().getInputStream();
            return new LimitedStream(packed ? GzipBody.of(body) : body, maxBytes, limit);
        } catch (IOException e) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "the body cannot be read: " + e.getMessage(), e);
        }
    }

    /** The media type in lower case without its parameters; null if there is none. */
    static @Nullable String mediaType(Context context) {
        String type = context.contentType();
        if (type == null || type.isBlank()) {
            return null;
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    private static void checkCharset(@Nullable String contentType) {
        if (contentType == null) {
            return;
        }
        for (String parameter : contentType.toLowerCase(Locale.ROOT).split(";", -1)) {
            String trimmed = parameter.trim();
            if (trimmed.startsWith("charset=")) {
                String charset = trimmed.substring("charset=".length()).replace("\"", "");
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    throw new FreshetException(
                            ErrorCode.UNSUPPORTED_MEDIA_TYPE, "charset is " + charset + ", only utf-8 is taken");
                }
            }
        }
    }

    private static final class LimitedStream extends InputStream {
        private final InputStream in;
        private final long maxBytes;
        private final String limit;
        private long read;

        LimitedStream(InputStream in, long maxBytes, String limit) {
            this.in = in;
            this.maxBytes = maxBytes;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int next = in.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private void count(int bytes) {
            read += bytes;
            if (read > maxBytes) {
                throw tooLarge(maxBytes, limit);
            }
        }

        static FreshetException tooLarge(long maxBytes, String limit) {
            return new FreshetException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the body is longer than " + maxBytes + " bytes, unpacked (" + limit + "); send it in parts");
        }
    }
}
