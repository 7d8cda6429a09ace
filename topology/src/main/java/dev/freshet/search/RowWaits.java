package dev.freshet.search;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Those who wait until searches see certain rows. A row that changes wakes those who wait for it and nobody else: hundreds of writers may wait while thousands of rows per second change. What
 * may concern any row wakes all. Thread-safe.
 */
final class RowWaits {
    private final Map<StagedChanges.RowId, Set<Wait>> byRow = new ConcurrentHashMap<>();

    /**
     * Begins to wait. To be entered before looking at the rows, so that no change after the look is missed.
     *
     * @param rowKeys at least one
     */
    Wait enter(long indexId, Collection<String> rowKeys) {
        Wait wait = new Wait(rowKeys.stream()
                .map(key -> new StagedChanges.RowId(indexId, key))
                .toList());
        wait.rows.forEach(row -> byRow.compute(row, (same, waiting) -> {
            Set<Wait> with = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            with.add(wait);
            return with;
        }));
        return wait;
    }

    /** These rows changed, and it can be seen. */
    void changed(Collection<StagedChanges.RowId> rows) {
        rows.forEach(row -> byRow.getOrDefault(row, Set.of()).forEach(Wait::wake));
    }

    /** Something changed that may concern any row, and it can be seen. */
    void changed() {
        byRow.values().forEach(waiting -> waiting.forEach(Wait::wake));
    }

    /** Rows that somebody waits for. */
    int size() {
        return byRow.size();
    }

    /** Of the thread that entered. Close it when it waits no more. */
    final class Wait implements AutoCloseable {
        private final Collection<StagedChanges.RowId> rows;
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;

        private Wait(Collection<StagedChanges.RowId> rows) {
            this.rows = rows;
        }

        private void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        /** Waits until something changed since it was entered or was last waited for; false if the time is over first. */
        boolean await(long deadlineNanos) throws InterruptedException {
            while (!woken) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            // Before the next look: a change during that look counts.
            woken = false;
            return true;
        }

        @Override
        public void close() {
            rows.forEach(row -> byRow.computeIfPresent(row, (same, waiting) -> {
                waiting.remove(this);
                return waiting.isEmpty() ? null : waiting;
            }));
        }
    }
}
