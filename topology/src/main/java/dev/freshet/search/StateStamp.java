package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when this node last followed the vectors topic: an empty file whose time of change is set when local state begins from nothing, and then by a daemon every
 * minute. Local state that was off for longer than tombstones are kept would bring deleted rows back, and has to be dropped before the start.
 */
public final class StateStamp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateStamp.class);
    /** Local state, or a snapshot in it, that is older is not used: tombstones are kept for 14 days, and a deleted row might come back. */
    public static final Duration AGE_MAX = Duration.ofDays(6);

    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Path file;
    private final Clock clock;
    private @Nullable ScheduledExecutorService daemon;

    /** A stamp beside the local state. */
    public StateStamp(Path file, Clock clock) {
        this.file = requireNonNull(file, "file is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Why the local state must be deleted before the streams application starts: the stamp is older than {@code limit}, or missing, and then nobody knows how old the
     * state is. Null if it may be used. Ask before {@link #start}.
     */
    public @Nullable String expired(Duration limit) {
        try {
            Instant last = Files.getLastModifiedTime(file).toInstant();
            return last.plus(limit).isBefore(clock.instant())
                    ? "was not followed for more than " + limit.toDays() + " days, since " + last
                    : null;
        } catch (NoSuchFileException e) {
            return "has no stamp " + file + " that says when it was last followed";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Stamps local state that begins now, from nothing: whatever it will hold was read from now on. So a process that ends before it has caught up goes on with what it
     * has restored.
     */
    public void begin() {
        stampIf(() -> true);
    }

    /**
     * Stamps every minute from now on.
     *
     * @param following whether the application runs and reads; the stamp ages while it does not
     */
    public synchronized void start(BooleanSupplier following) {
        if (daemon != null) {
            throw new IllegalStateException("already started");
        }
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "freshet-state-stamp");
            thread.setDaemon(true);
            return thread;
        });
        started.scheduleAtFixedRate(() -> stampIf(following), 0, PERIOD.toSeconds(), TimeUnit.SECONDS);
        daemon = started;
    }

    private void stampIf(BooleanSupplier following) {
        try {
            if (following.getAsBoolean()) {
                touch();
            }
        } catch (IOException | RuntimeException e) {
            log.warn("cannot stamp {}", file, e);
        }
    }

    /** Stamps now. */
    void touch() throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    @Override
    public synchronized void close() {
        if (daemon != null) {
            daemon.shutdownNow();
        }
    }
}
