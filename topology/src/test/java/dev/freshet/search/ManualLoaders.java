package dev.freshet.search;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** Builds graphs when the test says so, on the test's thread; or at once. */
final class ManualLoaders extends AbstractExecutorService {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final boolean atOnce;

    ManualLoaders(boolean atOnce) {
        this.atOnce = atOnce;
    }

    void run() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    int waiting() {
        return waiting.size();
    }

    @Override
    public void execute(Runnable task) {
        if (atOnce) {
            task.run();
        } else {
            waiting.add(task);
        }
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
