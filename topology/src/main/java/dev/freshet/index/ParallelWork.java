package dev.freshet.index;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Does numbered pieces of work on the caller's thread and on others that may or may not come to help. The caller takes whatever nobody else has taken, so it never waits for
 * a helper that has not begun, and helpers that begin late find nothing to do.
 */
final class ParallelWork {
    private final int count;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch finished;

    private ParallelWork(int count, IntConsumer work) {
        this.count = count;
        this.work = work;
        this.finished = new CountDownLatch(count);
    }

    /** Calls {@code work} with 0 to {@code count - 1}, each once and in about this order. Throws what a call threw, when all that had begun have ended. */
    static void run(int count, Executor helpers, int parallelism, IntConsumer work) {
        ParallelWork parallel = new ParallelWork(count, work);
        try {
            for (int helper = 1; helper < Math.min(parallelism, count); helper++) {
                helpers.execute(parallel::takeAll);
            }
        } catch (RejectedExecutionException e) {
            // The caller does it all.
        }
        parallel.takeAll();
        parallel.await();
    }

    private void takeAll() {
        for (int piece = next.getAndIncrement(); piece < count; piece = next.getAndIncrement()) {
            try {
                if (failure.get() == null) {
                    work.accept(piece);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                finished.countDown();
            }
        }
    }

    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                finished.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
