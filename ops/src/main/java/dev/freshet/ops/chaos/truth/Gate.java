package dev.freshet.ops.chaos.truth;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets threads through, one step of their work at a time, while it is open. Thread-safe. */
final class Gate {
    private boolean open;
    private int inside;

    /** Waits until the gate is open, and goes in. */
    synchronized void enter() throws InterruptedException {
        while (!open) {
            wait();
        }
        inside++;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    synchronized void open() {
        open = true;
        notifyAll();
    }

    /** Lets nobody in any more, and waits until nobody is inside; false if somebody still is after this time. */
    synchronized boolean close(Duration within) throws InterruptedException {
        open = false;
        long deadline = System.nanoTime() + within.toNanos();
        while (inside > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
