package dev.freshet.embed.remote;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.CallResult.Embedded;
import dev.freshet.embed.remote.CallResult.Failed;
import dev.freshet.embed.remote.CallResult.Reason;
import dev.freshet.embed.remote.CallResult.Refused;
import dev.freshet.embed.remote.PendingText.Purpose;
import dev.freshet.embed.remote.ProviderClient.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends texts to one provider in batches, and does what its answers ask for.
 *
 * <ul>
 *   <li>All methods are called on the event loop's thread, which owns all state here, and completes the texts' futures.
 *   <li>A batch that fails in a way that may pass goes out again, up to its number of retries, and then fails (retryable). After a time-out its halves go out: it may have been
 *       too much for one request. If the provider embeds something all the same (others got through meanwhile, or a control text that is sent to see), its halves are tried once
 *       more, so that a text that makes the provider fail stands alone in the end: if that is with a status 5xx, the failure says so ({@link EmbeddingException#blamesText}).
 *   <li>A provider that is paused is not probed with a row, which may be what it fails for, but with a search that waits, or else with the control text.
 *   <li>A refusal is believed only if it comes again after the provider has embedded something else, a control text if nothing else: one that was unwell and has recovered refuses
 *       nothing any more. If the control text is not embedded, nothing is the texts' fault, and all of them fail (retryable). A batch is halved until the text that is refused
 *       stands alone, and that one fails for good.
 *   <li>A text whose vector cannot be used (NaN, infinite, all 0) is sent once more alone, and is then refused in the same way.
 *   <li>Vectors are handed out only if the model was the same before and after they were made, where the provider can tell.
 * </ul>
 */
final class BatchDispatcher {
    /** Searches wait so long for a provider that is paused, and fail at once if it takes longer. */
    private static final Duration QUERY_PATIENCE = Duration.ofSeconds(2);
    /** A search's vector is handed out if the model was asked for so recently: it stays nowhere. */
    private static final Duration QUERY_CHECK_AGE = Duration.ofSeconds(10);

    private static final Duration COMPLAINT_EVERY = Duration.ofMinutes(1);
    static final String CONTROL_TEXT = "This text is embedded to see whether the model works.";
    private static final Logger log = LoggerFactory.getLogger(BatchDispatcher.class);

    private final RemoteModel model;
    private final RemoteLimits limits;
    private final EmbeddingApi api;
    private final ProviderClient client;
    private final EventLoop loop;
    private final RemoteMetrics metrics;
    private final ReplyReader reader;
    private final FingerprintCheck fingerprint;
    private final Circuit circuit;
    private final TokenBucket requests;
    private final TokenBucket tokens;
    private final Lane queries = new Lane();
    private final Lane rows = new Lane();
    private final Set<PendingText> unfinished = new HashSet<>();
    /** Give up each request that is under way. */
    private final Set<Runnable> cancellations = new HashSet<>();
    /** Read by the metrics from any thread. */
    private final AtomicInteger inFlight = new AtomicInteger();

    private int rowsInFlight;
    private int batchTextsMax;
    private long lastSuccessNanos = Batch.NEVER;
    private long complainedAtNanos = Batch.NEVER;
    private long wakeAtNanos = Batch.NEVER;
    private String lastTrouble = "";
    /** Read by the metrics from any thread. */
    private volatile long pausedUntilNanos;

    private boolean closed;

    BatchDispatcher(
            RemoteModel model,
            RemoteLimits limits,
            ProviderClient client,
            EventLoop loop,
            Clock clock,
            RandomGenerator random,
            RemoteMetrics metrics) {
        this.model = model;
        this.limits = limits;
        this.api = EmbeddingApi.of(model);
        this.client = client;
        this.loop = loop;
        this.metrics = metrics;
        this.reader = new ReplyReader(model, api, clock);
        this.fingerprint = new FingerprintCheck(model, api, client, loop, limits.timeout());
        this.circuit = new Circuit(random);
        this.requests = new TokenBucket(limits.requestsPerMinute(), loop.nanoTime());
        this.tokens = new TokenBucket(limits.tokensPerMinute(), loop.nanoTime());
        this.pausedUntilNanos = loop.nanoTime();
        this.batchTextsMax = limits.batchTextsMax();
        metrics.gauge("freshet.embedding.in.flight", "Requests under way to a model's provider", inFlight::get);
        metrics.gauge(
                "freshet.embedding.paused",
                "1 while nothing is sent to a model's provider because it keeps failing or asked for it",
                () -> pausedUntilNanos - loop.nanoTime() > 0 ? 1 : 0);
    }

    /** Takes over the texts of one call, which all want the same model. */
    void accept(List<PendingText> texts) {
        unfinished.addAll(texts);
        if (closed) {
            fail(texts, closedFailure());
            return;
        }
        String wanted = texts.get(0).fingerprint();
        String seen = fingerprint.seen();
        if (seen != null && (wanted == null || wanted.equals(seen))) {
            enqueue(texts);
            return;
        }
        long pause = circuit.nanosUntilOpen(loop.nanoTime());
        if (pause > 0) {
            fail(texts, pausedFailure(pause));
            return;
        }
        fingerprint.ask().whenComplete((found, failure) -> {
            if (found == null) {
                String message = message(failure);
                note(new Failed(Reason.MISCONFIGURED, message, null));
                fail(texts, new EmbeddingException(true, message, null));
            } else if (wanted != null && !wanted.equals(found)) {
                fail(texts, EmbeddingException.modelChanged(model.name(), wanted, found));
            } else {
                enqueue(texts);
            }
        });
    }

    /** Asks which model it is now, whether the provider is paused or not. */
    CompletableFuture<String> identify() {
        return closed ? CompletableFuture.failedFuture(closedFailure()) : fingerprint.ask();
    }

    /** Fails everything, and gives up what is under way. */
    void close() {
        closed = true;
        List.copyOf(cancellations).forEach(Runnable::run);
        fail(List.copyOf(unfinished), closedFailure());
    }

    private void enqueue(List<PendingText> texts) {
        if (closed) {
            return;
        }
        for (PendingText text : texts) {
            (text.purpose() == Purpose.QUERY ? queries : rows).add(text);
        }
        pump();
    }

    private Lane lane(Batch batch) {
        return batch.query() ? queries : rows;
    }

    /** Sends what may be sent now. */
    private void pump() {
        failImpatientQueries();
        while (!closed) {
            Lane lane = queries.isEmpty() ? rows : queries;
            if (lane.isEmpty() || !slotFree(lane)) {
                return; // The next text, or the end of a request, comes back here.
            }
            long now = loop.nanoTime();
            long wait = circuit.nanosUntilOpen(now);
            if (wait == 0) {
                if (lane == rows && circuit.probing() && !rows.startsWithControl()) {
                    sendControl();
                }
                Batch batch = lane.next(batchTextsMax, batchTokensMax());
                wait = Math.max(requests.nanosUntil(1, now), tokens.nanosUntil((double) batch.tokens(), now));
                if (wait == 0) {
                    send(batch, now);
                    continue;
                }
                lane.putBack(batch);
            }
            wakeAt(now + wait, wait);
            return;
        }
    }

    // More than a minute may have no request may have, or it would never get through.
    private long batchTokensMax() {
        return limits.tokensPerMinute() == 0
                ? limits.batchTokensMax()
                : Math.min(limits.batchTokensMax(), limits.tokensPerMinute());
    }

    private void wakeAt(long atNanos, long delayNanos) {
        boolean earlier = wakeAtNanos == Batch.NEVER || atNanos - wakeAtNanos < 0;
        if (earlier) {
            wakeAtNanos = atNanos;
            loop.schedule(
                    () -> {
                        wakeAtNanos = wakeAtNanos == atNanos ? Batch.NEVER : wakeAtNanos;
                        pump();
                    },
                    Duration.ofNanos(delayNanos));
        }
    }

    // Rows leave one request free, so that a search does not wait for one to end.
    private boolean slotFree(Lane lane) {
        if (circuit.probing()) {
            return inFlight.get() == 0;
        }
        return inFlight.get() < limits.inFlightMax()
                && (lane == queries || rowsInFlight < Math.max(1, limits.inFlightMax() - 1));
    }

    private void failImpatientQueries() {
        if (queries.isEmpty()) {
            return;
        }
        long now = loop.nanoTime();
        long pause = circuit.nanosUntilOpen(now);
        if (pause > QUERY_PATIENCE.toNanos()) {
            fail(queries.remove(text -> true), pausedFailure(pause));
        }
        long timeout = limits.timeout().toNanos();
        fail(
                queries.remove(text -> now - text.acceptedNanos() > timeout),
                new EmbeddingException(
                        true,
                        "the text waited longer than " + limits.timeout().toMillis() + " ms for the model "
                                + model.name(),
                        null));
    }

    private void send(Batch given, long now) {
        String seen = fingerprint.seen();
        List<PendingText> texts = new ArrayList<>(given.size());
        for (PendingText text : given.texts()) {
            if (!unfinished.contains(text)) {
                continue;
            }
            String wanted = text.fingerprint();
            if (wanted == null || wanted.equals(seen)) {
                texts.add(text);
            } else {
                fail(List.of(text), EmbeddingException.modelChanged(model.name(), wanted, String.valueOf(seen)));
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        Batch batch = given.with(texts).sentAt(now);
        inFlight.incrementAndGet();
        rowsInFlight += batch.query() ? 0 : 1;
        requests.take(1, now);
        tokens.take((double) batch.tokens(), now);
        metrics.texts(texts.get(0).purpose(), batch.size());
        CompletableFuture<Reply> call = post(batch);
        Runnable cancel = () -> call.cancel(true);
        cancellations.add(cancel);
        Runnable withdrawTimeout = loop.schedule(cancel, limits.timeout());
        call.handle((reply, failure) -> read(reply, failure, batch.size()))
                .thenAccept(result -> loop.execute(() -> {
                    withdrawTimeout.run();
                    cancellations.remove(cancel);
                    arrived(batch, result, now, seen);
                }));
    }

    private CompletableFuture<Reply> post(Batch batch) {
        try {
            byte[] body = api.body(batch.texts().stream().map(PendingText::text).toList());
            return client.post(api.path(), body, reader.answerBytesMax(batch.size()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // Whatever goes wrong here must come back as a result: the batch's slot depends on it.
    private CallResult read(@Nullable Reply reply, @Nullable Throwable failure, int texts) {
        try {
            return reader.read(reply, failure, texts);
        } catch (RuntimeException | Error e) {
            log.error("The answer of model {} could not be read", model.name(), e);
            return new Failed(
                    Reason.BAD_ANSWER,
                    "the answer could not be read: " + e.getClass().getSimpleName(),
                    null);
        }
    }

    private void arrived(Batch batch, CallResult result, long sentNanos, @Nullable String seen) {
        inFlight.decrementAndGet();
        rowsInFlight -= batch.query() ? 0 : 1;
        if (closed) {
            return;
        }
        metrics.request(result, Duration.ofNanos(loop.nanoTime() - sentNanos));
        if (result instanceof Embedded embedded) {
            embedded(batch, embedded, seen);
        } else if (result instanceof Refused refused) {
            refused(batch, refused.message());
        } else if (result instanceof Failed failed) {
            failed(batch, failed);
        }
        pump();
    }

    private void embedded(Batch batch, Embedded answer, @Nullable String seen) {
        long now = loop.nanoTime();
        long counted = answer.tokens() < 0 ? batch.tokens() : answer.tokens();
        tokens.take((double) (counted - batch.tokens()), now);
        metrics.tokens(counted);
        if (answer.usable().isEmpty()) {
            refused(batch, "the model gives no vector for it that could be used (NaN, infinite or all 0)");
            return;
        }
        lastSuccessNanos = now;
        if (batch.size() >= batchTextsMax) {
            batchTextsMax = Math.min(limits.batchTextsMax(), batchTextsMax + 1);
        }
        pausedUntilNanos = now;
        if (circuit.succeeded()) {
            log.info("Model {} answers again", model.name());
        }
        if (fingerprint.seenSince(batch.query() ? now - QUERY_CHECK_AGE.toNanos() : now) || batch.control()) {
            deliver(batch, answer, fingerprint.seen());
            return;
        }
        fingerprint.ask().whenComplete((found, failure) -> {
            if (found == null) {
                failed(batch, new Failed(Reason.UNAVAILABLE, message(failure), null));
            } else if (!Objects.equals(found, seen)) {
                failed(batch, new Failed(Reason.EXCHANGED, "the model was exchanged while it embedded", null));
            } else {
                deliver(batch, answer, found);
            }
            pump();
        });
    }

    private void deliver(Batch batch, Embedded answer, @Nullable String by) {
        List<Batch> alone = new ArrayList<>();
        for (int index = 0; index < batch.size(); index++) {
            PendingText text = batch.texts().get(index);
            String wanted = text.fingerprint();
            if (wanted != null && !wanted.equals(by)) {
                fail(List.of(text), EmbeddingException.modelChanged(model.name(), wanted, String.valueOf(by)));
            } else if (answer.usable().get(index)) {
                unfinished.remove(text);
                text.vector().complete(answer.vectors().get(index));
            } else {
                alone.add(batch.with(List.of(text)).refusedAt(lastSuccessNanos));
            }
        }
        if (!alone.isEmpty()) {
            lane(batch).addFirst(alone);
        }
    }

    private boolean succeededSince(Batch batch) {
        return lastSuccessNanos != Batch.NEVER && lastSuccessNanos - batch.firstSentNanos() >= 0;
    }

    private void refused(Batch batch, String reason) {
        if (batch.control()) {
            String message = "it refuses every text, even a short one (" + reason + "): " + api.remedy(400);
            note(new Failed(Reason.MISCONFIGURED, message, null));
            fail(batch.texts(), new EmbeddingException(true, trouble(message), null));
        } else if (!embeddedSinceRefusal(batch)) {
            control(batch.refusedAt(loop.nanoTime()));
        } else if (batch.size() == 1) {
            fail(
                    batch.texts(),
                    new EmbeddingException(false, "the model " + model.name() + " refuses the text: " + reason, null));
        } else {
            lane(batch).addFirst(batch.halves());
        }
    }

    /** Whether it was refused before, and the provider has embedded something since then. */
    private boolean embeddedSinceRefusal(Batch batch) {
        return batch.refusedNanos() != Batch.NEVER
                && lastSuccessNanos != Batch.NEVER
                && lastSuccessNanos - batch.refusedNanos() >= 0;
    }

    // The provider may have been unwell when it refused and be well now: what it cannot embed, it refuses again.
    private void control(Batch batch) {
        sendControl().whenComplete((vector, failure) -> {
            if (failure == null) {
                lane(batch).addFirst(batch.size() == 1 ? List.of(batch) : batch.halves());
            } else {
                fail(batch.texts(), new EmbeddingException(true, message(failure), null));
            }
        });
    }

    /** Puts the control text ahead of all rows. It is sent once: whoever asked for it comes back. */
    private CompletableFuture<float[]> sendControl() {
        PendingText control = new PendingText(
                CONTROL_TEXT,
                new TokenEstimate(model.charactersPerToken()).count(CONTROL_TEXT),
                Purpose.CONTROL,
                null,
                loop.nanoTime(),
                new CompletableFuture<>());
        unfinished.add(control);
        rows.addFirst(List.of(Batch.of(List.of(control))));
        return control.vector();
    }

    private void failed(Batch batch, Failed failure) {
        note(failure);
        if (!failure.reason().tryAgain()) {
            fail(batch.texts(), new EmbeddingException(true, trouble(failure.message()), null));
        } else if (batch.attempt() < limits.retries() && !batch.control()) {
            tryAgain(batch, failure);
        } else {
            usedUp(batch, failure);
        }
    }

    // A search does not wait for the control text. Too many requests are no text's fault, and what is not the API's
    // answer must not be taken for vectors if it fits fewer texts.
    private void usedUp(Batch batch, Failed failure) {
        String tried = " (tried " + (batch.attempt() + 1) + " times)";
        EmbeddingException passing = new EmbeddingException(true, trouble(failure.message()) + tried, null);
        boolean perhapsATexts = failure.reason() == Reason.UNAVAILABLE || failure.reason() == Reason.TIMEOUT;
        if (batch.size() > 1 && succeededSince(batch)) {
            lane(batch).addFirst(batch.halves());
        } else if (batch.control() || batch.query() || !perhapsATexts) {
            fail(batch.texts(), passing);
        } else {
            sendControl().whenComplete((vector, silence) -> {
                if (vector == null) {
                    fail(batch.texts(), passing);
                } else if (batch.size() > 1) {
                    lane(batch).addFirst(batch.halves());
                } else if (failure.serverError()) {
                    String message = "the model " + model.name() + " fails for this text alone, it embeds others: "
                            + failure.message() + tried;
                    fail(batch.texts(), EmbeddingException.blamingText(message));
                } else {
                    fail(batch.texts(), passing);
                }
            });
        }
    }

    private void tryAgain(Batch batch, Failed failure) {
        metrics.retry();
        Batch next = batch.next();
        List<Batch> batches = List.of(next);
        if (failure.reason() == Reason.TIMEOUT && batch.size() > 1) {
            batchTextsMax = Math.max(1, Math.min(batchTextsMax, batch.size() / 2));
            batches = next.halves();
        }
        List<Batch> again = batches;
        Duration asked = failure.retryAfter();
        loop.schedule(
                () -> {
                    lane(batch).addFirst(again);
                    pump();
                },
                asked == null ? circuit.backoff(next.attempt()) : asked);
    }

    /** Takes a failure into account: pauses where it is time to, and says so. */
    private void note(Failed failure) {
        long now = loop.nanoTime();
        lastTrouble = failure.message();
        if (failure.retryAfter() != null) {
            circuit.pause(now, failure.retryAfter());
        }
        boolean opened = circuit.failed(now);
        pausedUntilNanos = now + circuit.nanosUntilOpen(now);
        boolean quiet = complainedAtNanos != Batch.NEVER && now - complainedAtNanos < COMPLAINT_EVERY.toNanos();
        if ((opened || !failure.reason().tryAgain()) && !quiet) {
            complainedAtNanos = now;
            log.warn(
                    "{}; {}. Rows wait, nothing is lost.",
                    trouble(failure.message()),
                    circuit.nanosUntilOpen(now) > 0
                            ? "it is left alone for " + seconds(circuit.nanosUntilOpen(now)) + " s"
                            : "it is tried again");
        }
    }

    private String trouble(String what) {
        return "the model " + model.name() + " does not answer as it should: " + what;
    }

    private EmbeddingException pausedFailure(long nanos) {
        return new EmbeddingException(
                true, trouble(lastTrouble) + "; it is left alone for another " + seconds(nanos) + " s", null);
    }

    private EmbeddingException closedFailure() {
        return new EmbeddingException(true, "the embedder of " + model.name() + " is closed", null);
    }

    private static long seconds(long nanos) {
        return (nanos + 999_999_999) / 1_000_000_000;
    }

    private static String message(@Nullable Throwable failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    private void fail(Collection<PendingText> texts, EmbeddingException failure) {
        for (PendingText text : texts) {
            if (unfinished.remove(text)) {
                text.vector().completeExceptionally(failure);
            }
        }
    }
}
