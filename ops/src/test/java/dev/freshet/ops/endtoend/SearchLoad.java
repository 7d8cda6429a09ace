package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.endtoend.User.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Searches that go on, at one process after the other, while processes come and go. Each answer is right, or says that it is not complete or older, or is an honest 503 or 504; only a process
 * that has been taken down may not answer at all. Closing it says what went wrong.
 */
final class SearchLoad implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int K = 10;
    private static final long STEP_MS = 200;

    private final KnownVectors vectors;
    private final List<ServeProcess> processes;
    private final Map<ServeProcess, User> users;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicInteger older = new AtomicInteger();
    private final AtomicInteger incomplete = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger hungUp = new AtomicInteger();
    private final Queue<ShortAnswer> shortAnswers = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<?>> searchers = new ArrayList<>();
    private volatile @Nullable ServeProcess down;

    /** One that was refused, did not come from all partitions, or said that it was older. */
    private record ShortAnswer(long atNanos, String what) {}

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
        shortAnswers.clear();
    }

    /** The answers since {@link #takesDown} that were not complete, or refused: when they came, and what they said. */
    String shortAnswers(long sinceNanos) {
        if (shortAnswers.isEmpty()) {
            return "none";
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (ShortAnswer answer : shortAnswers) {
            long ms = TimeUnit.NANOSECONDS.toMillis(answer.atNanos() - sinceNanos);
            counts.merge(ms / STEP_MS * STEP_MS + " ms: " + answer.what(), 1, Integer::sum);
        }
        List<String> lines = new ArrayList<>();
        counts.forEach((what, count) -> lines.add(count + " after " + what));
        return String.join("; ", lines);
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
                count(answer, query, asked.uri().getAuthority());
            } catch (IOException e) {
                if (!mayBreak && !asked.equals(down)) {
                    throw new AssertionError("a process that is up did not answer: " + asked.uri(), e);
                }
                hungUp.incrementAndGet();
            }
        }
    }

    private void count(Answer answer, float[] query, String name) {
        if (answer.status() == 503 || answer.status() == 504) {
            assertThat(answer.json().path("code").asText())
                    .isIn("not_ready", "deadline_exceeded", "catalog_unavailable");
            refused.incrementAndGet();
            shortAnswers.add(new ShortAnswer(System.nanoTime(), answer.status() + " of " + name));
            return;
        }
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        KnownVectors.Kind kind;
        try {
            kind = vectors.check(answer.json(), query, K);
        } catch (AssertionError e) {
            throw new AssertionError("a wrong answer of " + name, e);
        }
        if (kind == KnownVectors.Kind.NEWEST) {
            complete.incrementAndGet();
        } else if (kind == KnownVectors.Kind.OLDER) {
            older.incrementAndGet();
            shortAnswers.add(new ShortAnswer(System.nanoTime(), "older at " + name));
        } else {
            incomplete.incrementAndGet();
            String answered = answer.json().path("coverage").path("answered").asText();
            shortAnswers.add(new ShortAnswer(System.nanoTime(), answered + " partitions at " + name));
        }
    }

    @Override
    public String toString() {
        return complete + " complete answers, " + older + " older ones, " + incomplete + " incomplete, " + refused
                + " refused, " + hungUp + " without an answer from a process that was down";
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
