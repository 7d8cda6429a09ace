package dev.freshet.ops.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error, or nothing where nobody would see it. */
final class Progress implements AutoCloseable {
    private static final int UPDATE_MS = 200;
    private static final long MEGABYTES_FROM = 10_000_000;

    private final @Nullable ProgressBar bar;
    private final AtomicReference<@Nullable Duration> remaining;
    private final long startNanos = System.nanoTime();

    private Progress(@Nullable ProgressBar bar, AtomicReference<@Nullable Duration> remaining) {
        this.bar = bar;
        this.remaining = remaining;
    }

    /**
     * Starts a bar.
     *
     * @param maximum how far it goes; -1 if that is not known
     * @param visible whether to show it, if standard error is a terminal
     */
    static Progress start(String task, long maximum, String unit, long unitSize, boolean visible) {
        AtomicReference<@Nullable Duration> none = new AtomicReference<>();
        if (!visible || !Terminal.interactive()) {
            return new Progress(null, none);
        }
        return new Progress(
                builder(task).setInitialMax(maximum).setUnit(unit, unitSize).build(), none);
    }

    /** Starts a bar for work that goes on elsewhere, maybe for long: how long it takes is what {@link #remaining} was told last. */
    static Progress following(String task, boolean visible) {
        AtomicReference<@Nullable Duration> remaining = new AtomicReference<>();
        if (!visible || !Terminal.interactive()) {
            return new Progress(null, remaining);
        }
        return new Progress(
                builder(task)
                        .setInitialMax(-1)
                        .setUnit(" rows", 1)
                        .setEtaFunction(state -> Optional.ofNullable(remaining.get()))
                        .build(),
                remaining);
    }

    private static ProgressBarBuilder builder(String task) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns() - 1));
    }

    /** Starts a bar over a file's bytes; {@code size} is -1 if it is not known. */
    static Progress overBytes(String task, long size, boolean visible) {
        return size >= MEGABYTES_FROM
                ? start(task, size, " MB", 1_000_000, visible)
                : start(task, size, " kB", 1_000, visible);
    }

    /** How far it goes, once that is known. */
    void maximum(long maximum) {
        if (bar != null) {
            bar.maxHint(maximum);
        }
    }

    /** How long the work that is followed will take; null if that is not known. */
    void remaining(@Nullable Duration time) {
        remaining.set(time);
    }

    /** Says something beside the bar. */
    void note(String text) {
        if (bar != null) {
            bar.setExtraMessage(text);
        }
    }

    void stepTo(long position) {
        if (bar != null) {
            bar.stepTo(position);
        }
    }

    /** Shows how many rows were done, and how fast. */
    void rows(long rows) {
        if (bar != null) {
            bar.setExtraMessage(String.format(Locale.ROOT, " %,d rows, %,.0f rows/s", rows, rows / seconds()));
        }
    }

    double seconds() {
        return Math.max(System.nanoTime() - startNanos, 1) / 1e9;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
