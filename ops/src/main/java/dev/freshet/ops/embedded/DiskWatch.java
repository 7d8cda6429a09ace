package dev.freshet.ops.embedded;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in time that the disk of an embedded server runs full. A broker whose disk is full dies in ways that say anything but that, and the log that could tell is on the same disk. Thread-safe.
 */
final class DiskWatch implements AutoCloseable {
    /** Free bytes that a server must find when it starts: the first rows take 150 MB, most of which the broker and RocksDB lay claim to in advance. */
    static final long START_MIN = 256L * 1024 * 1024;
    /** With fewer free bytes than this it ends: what it has in memory still has room. */
    static final long RUN_MIN = 32L * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final long EVERY_MS = 250;
    private static final long MIB = 1024 * 1024;

    private final Path directory;
    private final LongSupplier free;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "freshet-disk");
        daemon.setDaemon(true);
        return daemon;
    });

    /** For the disk that a directory is on, which must be there. */
    DiskWatch(Path directory) {
        this(directory, () -> free(directory));
    }

    /**
     * The same, for tests.
     *
     * @param free how many bytes can still be written
     */
    DiskWatch(Path directory, LongSupplier free) {
        this.directory = requireNonNull(directory, "directory is null");
        this.free = requireNonNull(free, "free is null");
    }

    /**
     * Looks before anything is written.
     *
     * @throws FreshetException if there is less than {@link #START_MIN}
     */
    void requireRoomToStart() {
        long bytes = bytes();
        if (bytes < START_MIN) {
            throw tooLittle("it takes at least " + START_MIN / MIB + " MB to start", bytes);
        }
    }

    /** From now on looks again and again, until there is less than {@link #RUN_MIN}, of which it tells once. */
    void start(Consumer<FreshetException> full) {
        thread.scheduleWithFixedDelay(() -> look(full), EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** As the thread does. */
    void look(Consumer<FreshetException> full) {
        long bytes = bytes();
        if (bytes < RUN_MIN) {
            thread.shutdown();
            FreshetException failure =
                    tooLittle("with less than " + RUN_MIN / MIB + " MB it stops, before anything is lost", bytes);
            log.error("{}", failure.getMessage());
            full.accept(failure);
        }
    }

    /** What can still be written; a disk that cannot be asked is not full. */
    private long bytes() {
        try {
            return free.getAsLong();
        } catch (RuntimeException e) {
            log.warn("It cannot be told how much room is left on the disk of {}", directory, e);
            return Long.MAX_VALUE;
        }
    }

    private FreshetException tooLittle(String limit, long bytes) {
        return new FreshetException(
                ErrorCode.NOT_READY,
                "the disk of " + directory + " has " + bytes / MIB + " MB left, and " + limit
                        + ": make room, or choose a directory on another disk with --dir");
    }

    private static long free(Path directory) {
        try {
            FileStore disk = Files.getFileStore(directory);
            // Some file systems do not tell.
            return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot ask for the free space of " + directory, e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
