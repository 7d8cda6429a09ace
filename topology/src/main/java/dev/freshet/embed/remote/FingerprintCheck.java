package dev.freshet.embed.remote;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.EmbeddingApi.BadAnswerException;
import dev.freshet.embed.remote.ProviderClient.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider which model stands behind its name. One request at a time: who asks while one is under way gets the answer of the next one, which is asked
 * afterwards, so that an answer is never older than its question. For the event loop's thread only, where the futures are completed too.
 */
final class FingerprintCheck {
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES_MAX = 8 << 20;
    private static final long NEVER = Long.MIN_VALUE;

    private final RemoteModel model;
    private final EmbeddingApi api;
    private final ProviderClient client;
    private final EventLoop loop;
    private final Duration timeout;
    private @Nullable CompletableFuture<String> running;
    private @Nullable CompletableFuture<String> next;
    private @Nullable String seen;
    private long seenAtNanos = NEVER;

    FingerprintCheck(
            RemoteModel model, EmbeddingApi api, ProviderClient client, EventLoop loop, Duration requestTimeout) {
        this.model = model;
        this.api = api;
        this.client = client;
        this.loop = loop;
        this.timeout = requestTimeout.compareTo(TIMEOUT_MAX) < 0 ? requestTimeout : TIMEOUT_MAX;
        this.seen = api.fixedFingerprint();
    }

    /** The fingerprint as far as it is known; null before the provider was asked. */
    @Nullable
    String seen() {
        return seen;
    }

    /** Whether the provider was asked after this moment, or need not be. */
    boolean seenSince(long nanos) {
        return api.fixedFingerprint() != null || (seenAtNanos != NEVER && seenAtNanos - nanos >= 0);
    }

    /** The fingerprint as it is from now on. Fails with a retryable {@link EmbeddingException}. */
    CompletableFuture<String> ask() {
        String fixed = api.fixedFingerprint();
        if (fixed != null) {
            return CompletableFuture.completedFuture(fixed);
        }
        if (running != null) {
            next = next == null ? new CompletableFuture<>() : next;
            return next;
        }
        CompletableFuture<String> promise = new CompletableFuture<>();
        start(promise);
        return promise;
    }

    private void start(CompletableFuture<String> promise) {
        running = promise;
        long began = loop.nanoTime();
        CompletableFuture<Reply> call;
        try {
            call = client.get(api.fingerprintPath(), ANSWER_BYTES_MAX);
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Reply> sent = call;
        Runnable withdrawTimeout = loop.schedule(() -> sent.cancel(true), timeout);
        sent.handle(this::read)
                .whenComplete((found, failure) -> loop.execute(() -> {
                    withdrawTimeout.run();
                    finished(promise, began, found, failure);
                }));
    }

    private void finished(
            CompletableFuture<String> promise, long began, @Nullable String found, @Nullable Throwable failure) {
        if (found != null) {
            seen = found;
            seenAtNanos = began;
        }
        running = null;
        if (next != null) {
            CompletableFuture<String> following = next;
            next = null;
            start(following);
        }
        if (found != null) {
            promise.complete(found);
        } else {
            promise.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() instanceof EmbeddingException cause
                            ? cause
                            : trouble("cannot be asked for its fingerprint"));
        }
    }

    private String read(@Nullable Reply reply, @Nullable Throwable failure) {
        if (reply == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw cause instanceof EmbeddingException unusable
                    ? unusable
                    : trouble("cannot be reached at " + model.url() + " to ask for its fingerprint ("
                            + model.key().hidden(ProviderJson.shortened(String.valueOf(cause)))
                            + "): start the provider, or correct model." + model.name() + ".url");
        }
        if (reply.status() != 200) {
            throw trouble("cannot be asked for its fingerprint, status " + reply.status() + ": "
                    + api.remedy(reply.status()));
        }
        try {
            String found = api.fingerprint(reply.body());
            if (found == null) {
                throw trouble("is not there as " + model.model() + " at " + model.url() + ": " + api.remedy(404));
            }
            return found;
        } catch (BadAnswerException | IOException e) {
            throw trouble("cannot be asked for its fingerprint at " + model.url() + api.fingerprintPath() + ": "
                    + reply.withoutSecret(String.valueOf(e.getMessage())));
        }
    }

    private EmbeddingException trouble(String what) {
        return new EmbeddingException(true, "the model " + model.name() + " " + what, null);
    }
}
