package dev.freshet.embed.remote;

import static java.util.Objects.requireNonNull;

import dev.freshet.embed.Embedder;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.ModelInfo;
import dev.freshet.embed.TokenCounter;
import dev.freshet.embed.VectorFutures;
import dev.freshet.embed.remote.PendingText.Purpose;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Embeds with a model behind HTTP.
 *
 * <ul>
 *   <li>Thread-safe; no method waits for the provider. Making one sends nothing. Connections and threads are its own, so that a provider in trouble holds up nobody else.
 *   <li>Texts are sent in batches, as many requests at a time as {@link RemoteLimits} allow; searches' texts go ahead of rows', in batches of their own.
 *   <li>Accepted texts are bounded: above {@link RemoteLimits#waitingMax()} rows' texts, and above 1,024 searches', a call is refused whole (retryable).
 *   <li>A text of more estimated tokens than the model takes is refused here, because not every provider can be kept from cutting it.
 *   <li>What a provider answers to the same text may differ in the last bits from call to call: it batches as it likes, and its hardware may change. That it is the same model
 *       is checked where the provider can tell ({@link BatchDispatcher}, {@link OllamaApi}).
 * </ul>
 *
 * <p>What happens on which answer is said at {@link BatchDispatcher} and {@link CallResult.Reason}.
 */
public final class HttpEmbedder implements Embedder {
    private static final int QUERIES_MAX = 1024;
    private static final String NOT_ASKED_YET = "";

    private final RemoteModel model;
    private final RemoteLimits limits;
    private final TokenEstimate estimate;
    private final EventLoop loop;
    private final ProviderClient client;
    private final BatchDispatcher dispatcher;
    private final AtomicInteger rowTexts = new AtomicInteger();
    private final AtomicInteger queryTexts = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile ModelInfo info;

    public HttpEmbedder(RemoteModel model, RemoteLimits limits, MeterRegistry registry) {
        this(model, limits, registry, Clock.systemUTC());
    }

    /**
     * As above.
     *
     * @param clock tells what is left until the date that a provider asks to be left alone for
     */
    public HttpEmbedder(RemoteModel model, RemoteLimits limits, MeterRegistry registry, Clock clock) {
        this(
                model,
                limits,
                registry,
                new ThreadEventLoop("embed-" + model.name()),
                clock,
                RandomGenerator.of("L64X128MixRandom"));
    }

    /** With an event loop and randomness of one's own, too. The loop is closed with the embedder. */
    HttpEmbedder(
            RemoteModel model,
            RemoteLimits limits,
            MeterRegistry registry,
            EventLoop loop,
            Clock clock,
            RandomGenerator random) {
        this.model = requireNonNull(model, "model is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.estimate = new TokenEstimate(model.charactersPerToken());
        this.loop = loop;
        this.client = new ProviderClient(model, limits.timeout());
        RemoteMetrics metrics = new RemoteMetrics(registry, model.name());
        metrics.gauge(
                "freshet.embedding.waiting",
                "Texts that were handed to a model behind HTTP and are not done",
                () -> rowTexts.get() + queryTexts.get());
        this.dispatcher = new BatchDispatcher(model, limits, client, loop, clock, random, metrics);
        String fixed = EmbeddingApi.of(model).fixedFingerprint();
        this.info = model.info(fixed == null ? NOT_ASKED_YET : fixed);
    }

    /** The fingerprint is empty as long as a provider that has to be asked for it was not. */
    @Override
    public ModelInfo model() {
        return info;
    }

    @Override
    public CompletableFuture<ModelInfo> identify() {
        CompletableFuture<ModelInfo> identified = new CompletableFuture<>();
        loop.execute(() -> dispatcher.identify().whenComplete((fingerprint, failure) -> {
            if (fingerprint == null) {
                identified.completeExceptionally(requireNonNull(failure));
            } else {
                info = model.info(fingerprint);
                identified.complete(info);
            }
        }));
        if (closed.get()) { // The loop may have dropped it.
            identified.completeExceptionally(closedFailure());
        }
        return identified;
    }

    /** An estimate, never too low as far as {@link TokenEstimate} says. */
    @Override
    public TokenCounter tokens() {
        return estimate;
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        return submit(null, texts, Purpose.ROW, rowTexts, limits.waitingMax());
    }

    @Override
    public CompletableFuture<List<float[]>> embed(String fingerprint, List<String> texts) {
        requireNonNull(fingerprint, "fingerprint is null");
        return submit(fingerprint, texts, Purpose.ROW, rowTexts, limits.waitingMax());
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        return submit(null, List.of(text), Purpose.QUERY, queryTexts, QUERIES_MAX)
                .thenApply(vectors -> vectors.get(0));
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String fingerprint, String text) {
        requireNonNull(fingerprint, "fingerprint is null");
        return submit(fingerprint, List.of(text), Purpose.QUERY, queryTexts, QUERIES_MAX)
                .thenApply(vectors -> vectors.get(0));
    }

    private CompletableFuture<List<float[]>> submit(
            @Nullable String fingerprint, List<String> given, Purpose purpose, AtomicInteger waiting, int waitingMax) {
        List<PendingText> texts = new ArrayList<>(given.size());
        long now = loop.nanoTime();
        for (String text : given) {
            int tokens = estimate.count(text);
            if (tokens > model.maxTokens()) {
                return CompletableFuture.failedFuture(new EmbeddingException(
                        false,
                        "a text of an estimated " + tokens + " tokens is longer than the " + model.maxTokens()
                                + " that the model " + model.name() + " takes",
                        null));
            }
            texts.add(new PendingText(text, tokens, purpose, fingerprint, now, new CompletableFuture<>()));
        }
        if (closed.get()) {
            return CompletableFuture.failedFuture(closedFailure());
        }
        if (texts.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (waiting.addAndGet(texts.size()) > waitingMax) {
            waiting.addAndGet(-texts.size());
            return CompletableFuture.failedFuture(new EmbeddingException(
                    true, "more than " + waitingMax + " texts would wait for the model " + model.name(), null));
        }
        for (PendingText text : texts) {
            text.vector().whenComplete((vector, failure) -> waiting.decrementAndGet());
        }
        loop.execute(() -> dispatcher.accept(texts));
        if (closed.get()) { // The loop may have dropped them.
            texts.forEach(text -> text.vector().completeExceptionally(closedFailure()));
        }
        return VectorFutures.all(texts.stream().map(PendingText::vector).toList());
    }

    private EmbeddingException closedFailure() {
        return new EmbeddingException(true, "the embedder of " + model.name() + " is closed", null);
    }

    /** Fails (retryable) what waits and what is under way; closing again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            loop.execute(() -> {
                dispatcher.close();
                client.close();
                loop.close();
            });
        }
    }

    @Override
    public String toString() {
        return "HttpEmbedder[" + model.name() + "]";
    }
}
