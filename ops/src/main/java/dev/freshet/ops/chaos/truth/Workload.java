package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Threads that work, a step at a time, until they are told to pause. Closing it ends them. The methods are for one thread. */
final class Workload implements AutoCloseable {
    private static final Duration END_WITHIN = Duration.ofSeconds(30);

    private final Gate gate = new Gate();
    private final Findings findings;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    /** A step of somebody's work. */
    @FunctionalInterface
    interface Work {
        void step() throws IOException;
    }

    /** @param findings is told when a thread ends that should not */
    Workload(Findings findings) {
        this.findings = requireNonNull(findings, "findings is null");
    }

    /**
     * Adds a thread, which pauses until {@link #resume}.
     *
     * @param restMsMax longest rest between two steps
     */
    void add(String name, Work work, int restMsMax, Random random) {
        Thread thread = new Thread(() -> run(work, restMsMax, random), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void run(Work work, int restMsMax, Random random) {
        try {
            while (!ended) {
                gate.enter();
                try {
                    step(work);
                } finally {
                    gate.leave();
                }
                Thread.sleep(random.nextInt(restMsMax) + 1L);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Told to end.
        } catch (RuntimeException e) {
            findings.add(Finding.of(
                    Invariant.PROGRESS, "a thread of the workload ended, which is a fault of the harness", trace(e)));
        }
    }

    private static void step(Work work) {
        try {
            work.step();
        } catch (IOException e) {
            // Whom it wanted to call is not there; what may have come of it is accounted for.
        }
    }

    private static String trace(Throwable failure) {
        StringBuilder trace = new StringBuilder(failure.toString());
        for (StackTraceElement element : failure.getStackTrace()) {
            trace.append(" < ").append(element);
        }
        return trace.toString();
    }

    void resume() {
        gate.open();
    }

    /** Returns when nobody is at work; an {@link IOException} if somebody still is after this time. */
    void pause(Duration within) throws IOException {
        try {
            if (!gate.close(within)) {
                throw new IOException("the workload did not pause within " + within);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        ended = true;
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + END_WITHIN.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
