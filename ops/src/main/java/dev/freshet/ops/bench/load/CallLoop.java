package dev.freshet.ops.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that each make one call after the other, at least one. Calls begin until the time is over, and the end of each is waited for and counts. Each caller is called from a thread of its own, and goes
 * through the same numbers from a place of its own.
 */
public final class CallLoop {
    private static final int CALLS_EXPECTED = 4_096;

    private final List<? extends Caller> callers;
    private final int numbers;

    /** Makes calls, one at a time. */
    @FunctionalInterface
    public interface Caller {
        /** Makes the call with this number, and returns when it is answered as it should be. */
        void call(int number) throws IOException;
    }

    /**
     * @param callers at least one
     * @param numbers calls have numbers from 0 to before this, again and again
     */
    public CallLoop(List<? extends Caller> callers, int numbers) {
        this.callers = List.copyOf(callers);
        this.numbers = numbers;
        if (callers.isEmpty() || numbers < 1) {
            throw new IllegalArgumentException(
                    callers.size() + " callers, " + numbers + " numbers: at least 1 of each");
        }
    }

    /**
     * Each caller makes its next call when the one before has ended.
     *
     * @throws IOException what a call has thrown
     */
    public Latencies run(Duration howLong) throws IOException {
        return run(howLong, 0);
    }

    /**
     * Calls begin at fixed moments, and the callers take turns. A call that finds its caller busy begins late, and counts from when it should have begun.
     *
     * @param perSecond of all callers together, more than 0
     * @throws IOException what a call has thrown
     */
    public Latencies runPaced(Duration howLong, double perSecond) throws IOException {
        if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
            throw new IllegalArgumentException("perSecond is " + perSecond + ", must be more than 0");
        }
        return run(howLong, TimeUnit.SECONDS.toNanos(1) / perSecond);
    }

    private Latencies run(Duration howLong, double everyNanos) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(callers.size());
        try {
            long began = System.nanoTime();
            long until = began + howLong.toNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < callers.size(); i++) {
                int caller = i;
                running.add(threads.submit(() -> loop(caller, began, until, everyNanos)));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[]> one : running) {
                all.add(result(one));
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Latencies(all.stream().flatMapToLong(Arrays::stream).toArray(), seconds);
        } finally {
            threads.shutdownNow();
        }
    }

    private long[] loop(int index, long began, long until, double everyNanos) throws IOException {
        Caller caller = callers.get(index);
        long[] nanos = new long[CALLS_EXPECTED];
        int number = (int) ((long) index * numbers / callers.size());
        int calls = 0;
        while (true) {
            long begin = everyNanos == 0
                    ? System.nanoTime()
                    : began + (long) (((long) calls * callers.size() + index) * everyNanos);
            if (calls > 0 && begin >= until) {
                return Arrays.copyOf(nanos, calls);
            }
            for (long left = begin - System.nanoTime(); left > 0; left = begin - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            caller.call(number);
            if (calls == nanos.length) {
                nanos = Arrays.copyOf(nanos, calls * 2);
            }
            nanos[calls++] = System.nanoTime() - begin;
            number = (number + 1) % numbers;
        }
    }

    private static long[] result(Future<long[]> running) throws IOException {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while calls were made", e);
        } catch (ExecutionException e) {
            throw new IOException("a call failed: " + e.getCause(), e.getCause());
        }
    }
}
