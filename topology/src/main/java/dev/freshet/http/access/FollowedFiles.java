package dev.freshet.http.access;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some small files say, read again when their bytes change.
 *
 * <ul>
 *   <li>They are compared at most once in each interval, by whoever asks then; others get what was known before meanwhile.
 *   <li>Files that cannot be read or understood change nothing: the former value stays, and one line in the log says why, until they say something else.
 *   <li>Bytes are compared and not times: two changes in one tick of the file system's clock are two changes.
 * </ul>
 *
 * <p>Thread-safe.
 *
 * @param <T> what they say; immutable
 */
public final class FollowedFiles<T> {
    private static final Logger log = LoggerFactory.getLogger(FollowedFiles.class);
    private static final int BYTES_MAX = 16 << 20;

    private final String what;
    private final List<Path> files;
    private final Reading<T> reading;
    private final long intervalNanos;
    private final LongSupplier nanoTime;
    private final AtomicLong nextLook;
    private final Object lock = new Object();
    private List<byte[]> known;
    private volatile T value;
    private @Nullable String complaint;

    /** Reads the files and understands them. Messages of what it throws are logged: they hold no secret. */
    @FunctionalInterface
    public interface Reading<T> {
        T read() throws IOException, GeneralSecurityException;
    }

    /**
     * Reads them for the first time.
     *
     * @param what what they are, for the log
     * @param reading reads {@code files}; throws {@link IllegalArgumentException} for what it does not understand
     * @param nanoTime as {@link System#nanoTime}
     */
    public FollowedFiles(String what, List<Path> files, Reading<T> reading, Duration interval, LongSupplier nanoTime)
            throws IOException, GeneralSecurityException {
        this.what = requireNonNull(what, "what is null");
        this.files = List.copyOf(files);
        this.reading = requireNonNull(reading, "reading is null");
        this.intervalNanos = interval.toNanos();
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.nextLook = new AtomicLong(nanoTime.getAsLong() + intervalNanos);
        // Before they are understood: a change in between is seen at the next look.
        this.known = bytes();
        this.value = reading.read();
    }

    /** What they say now, or said within the last interval. */
    public T current() {
        long due = nextLook.get();
        long now = nanoTime.getAsLong();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + intervalNanos)) {
            look();
        }
        return value;
    }

    private void look() {
        synchronized (lock) {
            try {
                List<byte[]> bytes = bytes();
                if (same(bytes, known) && complaint == null) {
                    return;
                }
                T changed = reading.read();
                known = bytes;
                value = changed;
                complaint = null;
                log.info("{} changed and {} read again", what, files.size() == 1 ? "was" : "were");
            } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                complain(reason(e));
            }
        }
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            complaint = reason;
            log.error("{} cannot be used, what was read before stays in force: {}", what, reason);
        }
    }

    private List<byte[]> bytes() throws IOException {
        byte[][] all = new byte[files.size()][];
        for (int i = 0; i < all.length; i++) {
            try (InputStream in = Files.newInputStream(files.get(i))) {
                all[i] = in.readNBytes(BYTES_MAX + 1);
            }
            if (all[i].length > BYTES_MAX) {
                throw new IOException(files.get(i) + " is longer than " + BYTES_MAX + " bytes");
            }
        }
        return List.of(all);
    }

    private static boolean same(List<byte[]> one, List<byte[]> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!Arrays.equals(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** One line that says what is wrong with a file. */
    public static String reason(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " + message : message;
    }
}
