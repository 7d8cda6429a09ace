package dev.freshet.http;

import dev.freshet.http.access.Principal;
import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a caller still sends while it is being refused. A server that answers and closes with bytes unread resets the connection, and most clients then report the
 * reset and never see the answer that says why (RFC 9112 §9.6). So the rest is read and thrown away first, within bounds: of bytes and time, tighter ones for callers
 * that nobody knows; of the time for which a caller may send nothing; and of the threads that do this at once. Thread-safe.
 */
final class UnreadBody {
    /** Most threads that discard at once. A body that comes when all do is left unread. */
    static final int THREADS_MAX = 16;

    private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);
    private static final int FORBIDDEN = 403;
    private static final Bounds KNOWN_CALLER = new Bounds(256L << 20, Duration.ofSeconds(10));
    private static final Bounds ANYBODY = new Bounds(8L << 20, Duration.ofSeconds(2));
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);
    private static final long POLL_MS = 5;

    private final Semaphore places = new Semaphore(THREADS_MAX);

    private record Bounds(long bytes, Duration time) {}

    /**
     * Reads what is left: up to 256 MiB and 10 s, or 8 MiB and 2 s from a caller that was not let in; in both cases until nothing has come for a second. To be called
     * before the answer is written.
     *
     * @param status that the answer will have
     */
    void discard(Context context, int status) {
        if (context.header("Expect") != null) {
            // The caller waits for a sign before it sends anything: the answer is that sign.
            return;
        }
        if (!places.tryAcquire()) {
            log.debug("{} {}: the rest of the body is not read, too many are", context.method(), context.path());
            return;
        }
        try {
            boolean letIn = context.attribute(Principal.ATTRIBUTE) != null && status != FORBIDDEN;
            SeenRequest request = context.attribute(SeenRequest.ATTRIBUTE);
            discard(
                    context.req().getInputStream(),
                    () -> request != null && request.ended(),
                    letIn ? KNOWN_CALLER : ANYBODY);
        } catch (IOException | IllegalStateException e) {
            log.debug("{} {}: the rest of the body cannot be read", context.method(), context.path(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** Looks for bytes instead of waiting for them: a read would wait as long as the connection may be idle. */
    private static void discard(ServletInputStream body, BooleanSupplier ended, Bounds bounds)
            throws IOException, InterruptedException {
        byte[] discarded = new byte[16 * 1024];
        long left = bounds.bytes();
        long now = System.nanoTime();
        long deadline = now + bounds.time().toNanos();
        long silentUntil = now + LONGEST_SILENCE.toNanos();
        while (left > 0 && now - deadline < 0 && now - silentUntil < 0) {
            int available = body.available();
            if (available > 0) {
                int read = body.read(discarded, 0, Math.min(available, discarded.length));
                if (read < 0) {
                    return;
                }
                left -= read;
                silentUntil = System.nanoTime() + LONGEST_SILENCE.toNanos();
            } else if (body.isFinished() || ended.getAsBoolean()) {
                return;
            } else {
                Thread.sleep(POLL_MS);
            }
            now = System.nanoTime();
        }
    }
}
