package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.endtoend.User.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Searches that go on, at one process after the other, while processes come and go. Each answer is right, or says that it is not complete, or is an honest 503 or 504; only a process
 * that has been taken down may not answer at all. Closing it says what went wrong.
 */
final class SearchLoad implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int K = 10;

    private final KnownVectors vectors;
    private final List<ServeProcess> processes;
    private final Map<ServeProcess, User> users;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicInteger incomplete = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger hungUp = new AtomicInteger();
    private final AtomicLong lastIncomplete = new AtomicLong(Long.MIN_VALUE);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<?>> searchers = new ArrayList<>();
    private volatile @Nullable ServeProcess down;

    SearchLoad(KnownVectors vectors, Map<ServeProcess, User> users, long seed) {
        this.vectors = vectors;
        this.users = Map.copyOf(users);
        this.processes = List.copyOf(users.keySet());
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            searchers.add(threads.submit(() -> search(random)));
        }
    }

    /** From now on this process may refuse connections and break them. */
    void takesDown(ServeProcess process) {
        down = process;
        lastIncomplete.set(Long.MIN_VALUE);
    }

    /** How many answers were not complete, or refused, so far. */
    int shortAnswers() {
        return incomplete.get() + refused.get();
    }

    /** How long after {@code sinceNanos} the last answer came that was not complete, in ms; 0 if all were. */
    long incompleteForMs(long sinceNanos) {
        long last = lastIncomplete.get();
        return last == Long.MIN_VALUE ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(last - sinceNanos));
    }

    /** Returns when so many more complete answers have come. */
    void awaitComplete(int more) {
        int wanted = complete.get() + more;
        Eventually.holds("searches go on", Eventually.LONG, () -> {
            rethrow();
            return complete.get() >= wanted;
        });
    }

    private void rethrow() {
        for (Future<?> searcher : searchers) {
            if (searcher.isDone()) {
                try {
                    searcher.get();
                } catch (InterruptedException e) {
                    throw interrupted(e);
                } catch (ExecutionException e) {
                    throw new AssertionError("a search went wrong", e.getCause());
                }
            }
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }

    private void search(Random random) {
        while (!stop.get()) {
            ServeProcess asked = processes.get(random.nextInt(processes.size()));
            float[] query = KnownVectors.vector(random);
            boolean mayBreak = asked.equals(down);
            try {
                Answer answer = requireNonNull(users.get(asked))
                        .send("POST", vectors.path("/search"), "application/json", KnownVectors.searchBody(query, K));
                count(answer, query);
            } catch (IOException e) {
                if (!mayBreak && !asked.equals(down)) {
                    throw new AssertionError("a process that is up did not answer: " + asked.uri(), e);
                }
                hungUp.incrementAndGet();
            }
        }
    }

    private void count(Answer answer, float[] query) {
        if (answer.status() == 503 || answer.status() == 504) {
            assertThat(answer.json().path("code").asText())
                    .isIn("not_ready", "deadline_exceeded", "catalog_unavailable");
            refused.incrementAndGet();
            lastIncomplete.set(System.nanoTime());
            return;
        }
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        if (vectors.check(answer.json(), query, K)) {
            complete.incrementAndGet();
        } else {
            incomplete.incrementAndGet();
            lastIncomplete.set(System.nanoTime());
        }
    }

    @Override
    public String toString() {
        return complete + " complete answers, " + incomplete + " incomplete, " + refused + " refused, " + hungUp
                + " without an answer from a process that was down";
    }

    @Override
    public void close() {
        stop.set(true);
        threads.shutdown();
        try {
            assertThat(threads.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        rethrow();
    }
}
