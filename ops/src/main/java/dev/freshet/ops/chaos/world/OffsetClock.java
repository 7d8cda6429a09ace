package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * The system's clock, set forward or back by what a file says: one number, in milliseconds. Another process changes the file ({@link #set}); that is seen within
 * {@value #REREAD_MS} ms. Thread-safe.
 */
final class OffsetClock extends Clock {
    private static final long REREAD_MS = 100;

    private final Path file;
    private final ZoneId zone;
    private long offsetMs;
    private long readAtNanos;

    private OffsetClock(Path file, ZoneId zone) {
        this.file = requireNonNull(file, "file is null");
        this.zone = requireNonNull(zone, "zone is null");
        this.offsetMs = read(file);
        this.readAtNanos = System.nanoTime();
    }

    /** A clock in UTC; the file is there. */
    static OffsetClock of(Path file) {
        return new OffsetClock(file, ZoneOffset.UTC);
    }

    /** Sets the clocks that read this file; none of them ever sees half of it. */
    static void set(Path file, Duration offset) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, String.valueOf(offset.toMillis()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new OffsetClock(file, other);
    }

    @Override
    public Instant instant() {
        return Instant.now().plusMillis(offset());
    }

    private synchronized long offset() {
        long now = System.nanoTime();
        if (now - readAtNanos >= TimeUnit.MILLISECONDS.toNanos(REREAD_MS)) {
            offsetMs = read(file);
            readAtNanos = now;
        }
        return offsetMs;
    }

    private static long read(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the clock's offset from " + file, e);
        }
    }
}
