package dev.freshet.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a caller still sends while it is being refused. A server that answers and closes with bytes unread resets the connection, and most clients then report the
 * reset and never see the answer that says why (RFC 9112 §9.6). So the rest is read and thrown away first, within bounds.
 */
final class UnreadBody {
    private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);
    private static final long BYTES_MAX = 256L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private UnreadBody() {}

    /** Reads what is left, up to 256 MiB and 10 s. To be called before the answer is written. */
    static void discard(Context context) {
        if (context.header("Expect") != null) {
            // The caller waits for a sign before it sends anything: the answer is that sign.
            return;
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        byte[] discarded = new byte[16 * 1024];
        long left = BYTES_MAX;
        try {
            InputStream body = context.req().getInputStream();
            while (left > 0 && System.nanoTime() < deadline) {
                int read = body.read(discarded);
                if (read < 0) {
                    return;
                }
                left -= read;
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("{} {}: the rest of the body cannot be read", context.method(), context.path(), e);
        }
    }
}
