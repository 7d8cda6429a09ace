package dev.freshet.ops.cli;

import java.util.Locale;
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
    private final long startNanos = System.nanoTime();

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Starts a bar.
     *
     * @param maximum how far it goes; -1 if that is not known
     * @param visible whether to show it, if standard error is a terminal
     */
    static Progress start(String task, long maximum, String unit, long unitSize, boolean visible) {
        if (!visible || !Terminal.interactive()) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(maximum)
                .setUnit(unit, unitSize)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns() - 1))
                .build());
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
