package dev.freshet.ops.embedded;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a directory to one process. The operating system lets go of the lock when the process ends, however it ends. */
final class DirectoryLock implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Locks the directory, which is created if it is missing; waits for a dying predecessor up to {@code timeout}. */
    static DirectoryLock acquire(Path directory, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (tryLock(channel) == null) {
                if (System.nanoTime() > deadline) {
                    channel.close();
                    throw new FreshetException(
                            ErrorCode.NOT_READY,
                            "the directory " + directory
                                    + " is in use by another Freshet process: stop that one, or choose another directory with --dir");
                }
                Thread.sleep(POLL.toMillis());
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    "cannot write to the directory " + directory + " (" + e + "): choose another one with --dir",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.NOT_READY, "interrupted while waiting for " + directory, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
