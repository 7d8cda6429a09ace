package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.SearchRequest;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Runs the searches of a batch: on the caller's thread, and on a few others that all batches share; where these are busy the caller's does the work alone. All have one deadline, and the first
 * that fails ends the batch. Thread-safe; its threads end when they have nothing to do.
 */
final class BatchSearch {
    private static final int HELPERS_PER_BATCH = 3;
    private static final int HELPERS_MAX = 12;

    private final SearchService search;
    private final Executor helpers;

    BatchSearch(SearchService search) {
        this.search = requireNonNull(search, "search is null");
        AtomicInteger started = new AtomicInteger();
        // Without a queue: a helper that cannot begin at once is not needed later.
        this.helpers = new ThreadPoolExecutor(0, HELPERS_MAX, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "freshet-batch-" + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The answers, in the order of the requests. Throws what the first failing search throws, with its place.
     *
     * @param requests with one timeout, which is for all of them
     * @param start when the request came, as {@link System#nanoTime} tells
     */
    List<SearchResponse> run(List<SearchRequest> requests, long start) {
        Run run = new Run(requests, start);
        if (!requests.get(0).minPositions().isEmpty()) {
            run.one(); // It waits for all of them, and keeps no helper from those who need not.
        }
        CompletableFuture<?>[] helping = new CompletableFuture<?>[Math.min(HELPERS_PER_BATCH, requests.size() - 1)];
        for (int i = 0; i < helping.length; i++) {
            helping[i] = help(run);
        }
        run.work();
        CompletableFuture.allOf(helping).join();
        return run.answers();
    }

    private CompletableFuture<?> help(Run run) {
        try {
            return CompletableFuture.runAsync(run::work, helpers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null); // The caller's thread does it.
        }
    }

    private final class Run {
        private final List<SearchRequest> requests;
        private final long start;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicBoolean failed = new AtomicBoolean();
        private final AtomicReferenceArray<SearchResponse> answers;
        private final AtomicReferenceArray<RuntimeException> failures;

        Run(List<SearchRequest> requests, long start) {
            this.requests = requests;
            this.start = start;
            this.answers = new AtomicReferenceArray<>(requests.size());
            this.failures = new AtomicReferenceArray<>(requests.size());
        }

        void work() {
            while (one()) {
                // The next one.
            }
        }

        /** Makes the next search; false if there is none to make. */
        boolean one() {
            int place = next.getAndIncrement();
            if (place >= requests.size() || failed.get()) {
                return false;
            }
            try {
                answers.set(place, InBatch.at(place, () -> search(requests.get(place))));
            } catch (RuntimeException e) {
                failures.set(place, e);
                failed.set(true);
            }
            return true;
        }

        private SearchResponse search(SearchRequest request) {
            Duration left = request.timeout().minusNanos(System.nanoTime() - start);
            if (left.isNegative() || left.isZero()) {
                throw new FreshetException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the timeout of all queries together was over before this one; give them more time, or send fewer");
            }
            return search.search(request.within(left));
        }

        List<SearchResponse> answers() {
            for (int i = 0; i < requests.size(); i++) {
                RuntimeException failure = failures.get(i);
                if (failure != null) {
                    throw failure;
                }
            }
            SearchResponse[] all = new SearchResponse[requests.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = requireNonNull(answers.get(i), "a search of the batch was not run");
            }
            return List.of(all);
        }
    }
}
