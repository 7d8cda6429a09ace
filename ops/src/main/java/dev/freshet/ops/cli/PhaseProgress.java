package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkProgress;
import org.jspecify.annotations.Nullable;

/** A progress bar for each phase of a benchmark. */
final class PhaseProgress implements BenchmarkProgress, AutoCloseable {
    private @Nullable Progress current;

    @Override
    public synchronized void begin(String phase, long steps) {
        close();
        current = Progress.start(phase, steps, "", 1, true);
    }

    @Override
    public synchronized void stepTo(long step) {
        if (current != null) {
            current.stepTo(step);
        }
    }

    @Override
    public synchronized void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
