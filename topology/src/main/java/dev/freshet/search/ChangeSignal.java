package dev.freshet.search;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who wait for something to change. Costs a writer nothing while nobody waits. Thread-safe. */
final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private long changes;

    /** To be entered before looking at what may change, so that no change after the look is missed. */
    void enter() {
        waiting.incrementAndGet();
    }

    void exit() {
        waiting.decrementAndGet();
    }

    /** How often something changed. Take it before looking. */
    long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Something changed, and can be seen. */
    void changed() {
        if (waiting.get() == 0) {
            return;
        }
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there were more changes than {@code seen}; false if the time is over first. */
    boolean awaitMoreThan(long seen, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            while (changes == seen) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.await(left, TimeUnit.NANOSECONDS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
