package dev.freshet.embed.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A loop whose time stands still until a test moves it. Its clock starts just before it overflows, as any origin is allowed. */
final class ManualEventLoop implements EventLoop {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<Timer> timers = new ArrayList<>();
    private long scheduled;
    private long now = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private record Timer(long number, long dueNanos, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            return; // As the interface says: dropped after the end.
        }
    }

    @Override
    public synchronized Runnable schedule(Runnable task, Duration delay) {
        Timer timer = new Timer(scheduled++, now + delay.toNanos(), task);
        timers.add(timer);
        return () -> withdraw(timer);
    }

    private synchronized void withdraw(Timer timer) {
        timers.remove(timer);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    /** Moves the clock, and runs what becomes due on the way, in order. Returns when all of it has run. */
    void advance(Duration time) {
        long target = nanoTime() + time.toNanos();
        settle();
        Optional<Timer> due = moveToNext(target);
        while (due.isPresent()) {
            execute(due.get().task());
            settle();
            due = moveToNext(target);
        }
    }

    private synchronized Optional<Timer> moveToNext(long target) {
        Optional<Timer> next = timers.stream()
                .filter(timer -> timer.dueNanos() - target <= 0)
                .min(Comparator.comparingLong(timer -> timer.dueNanos() - target));
        now = next.map(Timer::dueNanos).filter(due -> due - now > 0).orElse(next.isPresent() ? now : target);
        next.ifPresent(this::withdraw);
        return next;
    }

    /** Waits until what was given to the loop so far has run. */
    void settle() {
        try {
            thread.submit(() -> {}).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
