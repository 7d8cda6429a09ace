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

/**
 * Callers that each make one call after the other, with no pause in between. A call that begins before the time is over counts, and its end is waited for. For one
 * thread, that of {@link #run}; each caller is called from a thread of its own.
 */
public final class ClosedLoop {
    private static final int CALLS_EXPECTED = 4_096;

    private ClosedLoop() {}

    /** Makes calls, one at a time. */
    @FunctionalInterface
    public interface Caller {
        /** Makes the call with this number, and returns when it is answered as it should be. */
        void call(int number) throws IOException;
    }

    /**
     * Lets all of them call at the same time.
     *
     * @param numbers each caller goes through the numbers from 0 to before this again and again, from a place of its own
     * @throws IOException what a call has thrown
     */
    public static Latencies run(List<? extends Caller> callers, int numbers, Duration howLong) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(callers.size());
        try {
            long began = System.nanoTime();
            long until = began + howLong.toNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < callers.size(); i++) {
                Caller caller = callers.get(i);
                int first = (int) ((long) i * numbers / callers.size());
                running.add(threads.submit(() -> loop(caller, first, numbers, until)));
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

    private static long[] loop(Caller caller, int first, int numbers, long until) throws IOException {
        long[] nanos = new long[CALLS_EXPECTED];
        int calls = 0;
        int number = first;
        for (long now = System.nanoTime(); now < until; ) {
            caller.call(number);
            long end = System.nanoTime();
            if (calls == nanos.length) {
                nanos = Arrays.copyOf(nanos, calls * 2);
            }
            nanos[calls++] = end - now;
            number = (number + 1) % numbers;
            now = end;
        }
        return Arrays.copyOf(nanos, calls);
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
