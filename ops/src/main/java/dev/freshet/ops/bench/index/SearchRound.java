package dev.freshet.ops.bench.index;

import dev.freshet.ops.bench.index.Contender.Searcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Asks all queries, again and again for some time, with one or more threads. */
final class SearchRound implements AutoCloseable {
    private final float[][] queries;
    private final int threads;
    private final long atLeastNanos;
    private final ExecutorService executor;

    SearchRound(float[][] queries, int threads, long atLeastNanos) {
        this.queries = queries;
        this.threads = threads;
        this.atLeastNanos = atLeastNanos;
        this.executor = Executors.newFixedThreadPool(threads);
    }

    /** What a round did. */
    record Result(long searches, double seconds) {
        double qps() {
            return searches / seconds;
        }
    }

    /** Every query is asked equally often. */
    Result run(Searcher searcher) {
        AtomicLong next = new AtomicLong();
        AtomicLong found = new AtomicLong();
        long began = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            running.add(executor.submit(() -> found.addAndGet(ask(searcher, next, began))));
        }
        running.forEach(SearchRound::join);
        double seconds = (System.nanoTime() - began) / 1e9;
        long searches = next.get();
        if (found.get() == 0) {
            throw new IllegalStateException(searches + " searches found nothing");
        }
        return new Result(searches, seconds);
    }

    /** Takes whole sets of queries, so that hard and easy ones keep their shares. Returns how many slots were found. */
    private long ask(Searcher searcher, AtomicLong next, long began) {
        long found = 0;
        while (true) {
            long number = next.get();
            if (number % queries.length == 0 && number > 0 && System.nanoTime() - began >= atLeastNanos) {
                return found;
            }
            if (next.compareAndSet(number, number + 1)) {
                found += searcher.search(queries[(int) (number % queries.length)]).length;
            }
        }
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while searching", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a search failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
