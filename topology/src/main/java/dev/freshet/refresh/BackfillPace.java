package dev.freshet.refresh;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many rows of the backfill lane a process hands to models per second, shared evenly by the tasks that it runs. Thread-safe; a {@link Share} is used
 * by its task's stream thread only.
 */
public final class BackfillPace {
    private final int rowsPerSecond;
    private final AtomicInteger shares = new AtomicInteger();

    /** @param rowsPerSecond at least 0; 0 means without bound */
    public BackfillPace(int rowsPerSecond) {
        if (rowsPerSecond < 0) {
            throw new IllegalArgumentException("rowsPerSecond is " + rowsPerSecond + ", must be at least 0");
        }
        this.rowsPerSecond = rowsPerSecond;
    }

    Share join() {
        shares.incrementAndGet();
        return new Share();
    }

    /** One task's part. Close it when the task ends, so that the others get more. */
    final class Share implements AutoCloseable {
        private double rows;
        private long last = Long.MIN_VALUE;
        private boolean closed;

        /** Takes one row, if it may go now. What was not taken is kept for a second. */
        boolean take(long nowMs) {
            if (rowsPerSecond == 0) {
                return true;
            }
            double perSecond = (double) rowsPerSecond / Math.max(1, shares.get());
            if (last != Long.MIN_VALUE) {
                double earned = Math.max(0, nowMs - last) * perSecond / 1_000;
                rows = Math.min(Math.max(1, perSecond), rows + earned);
            }
            last = nowMs;
            if (rows < 1) {
                return false;
            }
            rows--;
            return true;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                shares.decrementAndGet();
            }
        }
    }
}
