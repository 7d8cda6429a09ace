package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of an embedder, of any kind, with how long they took and how they ended. A call is what rows or a search ask for: a model behind HTTP may make
 * several requests of it, or join several to one. Thread-safe.
 */
final class MeasuredEmbedder implements Embedder {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(3),
        Duration.ofMillis(10),
        Duration.ofMillis(30),
        Duration.ofMillis(100),
        Duration.ofMillis(300),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final Embedder embedder;
    private final MeterRegistry registry;
    private final String model;
    private final AtomicInteger inFlight = new AtomicInteger();

    MeasuredEmbedder(Embedder embedder, MeterRegistry registry) {
        this.embedder = requireNonNull(embedder, "embedder is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.model = embedder.model().name();
        Gauge.builder("freshet.embedding.calls.in.flight", inFlight, AtomicInteger::get)
                .description("Calls of a model under way, those that wait in its queue among them")
                .tag("model", model)
                .register(registry);
        timer("row", "ok");
        timer("query", "ok");
    }

    @Override
    public ModelInfo model() {
        return embedder.model();
    }

    @Override
    public CompletableFuture<ModelInfo> identify() {
        return embedder.identify();
    }

    @Override
    public TokenCounter tokens() {
        return embedder.tokens();
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        return measured("row", () -> embedder.embed(texts));
    }

    @Override
    public CompletableFuture<List<float[]>> embed(String fingerprint, List<String> texts) {
        return measured("row", () -> embedder.embed(fingerprint, texts));
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        return measured("query", () -> embedder.embedQuery(text));
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String fingerprint, String text) {
        return measured("query", () -> embedder.embedQuery(fingerprint, text));
    }

    @Override
    public void close() {
        embedder.close();
    }

    // The embedder's own future is handed on: whoever cancels it cancels the call.
    private <T> CompletableFuture<T> measured(String purpose, Supplier<CompletableFuture<T>> call) {
        long began = System.nanoTime();
        inFlight.incrementAndGet();
        CompletableFuture<T> asked;
        try {
            asked = call.get();
        } catch (RuntimeException | Error e) {
            ended(purpose, began, e);
            throw e;
        }
        // What follows from this only counts, so nobody has to see how it ends.
        var unused = asked.whenComplete((vectors, failure) -> ended(purpose, began, failure));
        return asked;
    }

    private void ended(String purpose, long began, @Nullable Throwable failure) {
        inFlight.decrementAndGet();
        timer(purpose, outcome(failure)).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
    }

    private static String outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return "ok";
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof EmbeddingException embedding && !embedding.retryable() ? "refused" : "failed";
    }

    private Timer timer(String purpose, String outcome) {
        return Timer.builder("freshet.embedding.calls")
                .description("Calls of a model for rows or for searches, by how they ended")
                .tag("model", model)
                .tag("purpose", purpose)
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
