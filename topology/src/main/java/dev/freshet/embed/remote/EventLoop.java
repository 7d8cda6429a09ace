package dev.freshet.embed.remote;

import java.time.Duration;

/** One thread that does an embedder's bookkeeping, and its clock. Thread-safe. */
interface EventLoop extends AutoCloseable {
    /** Runs a task on the thread, after those given before; after {@link #close} it is dropped. */
    void execute(Runnable task);

    /** As {@link #execute}, after a delay, unless what it returns is run before. */
    Runnable schedule(Runnable task, Duration delay);

    /** Nanoseconds from any origin, that only grow. */
    long nanoTime();

    /** Ends the thread after the tasks that are due. */
    @Override
    void close();
}
