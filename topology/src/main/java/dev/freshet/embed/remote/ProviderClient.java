package dev.freshet.embed.remote;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks HTTP to one provider, with connections and threads of its own, so that one provider's trouble is not another's. Thread-safe. It follows no redirect, which
 * would take the key elsewhere.
 */
final class ProviderClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(10);

    private final RemoteModel model;
    private final Duration timeout;
    private final ExecutorService executor;
    private final HttpClient http;

    ProviderClient(RemoteModel model, Duration timeout) {
        this.model = model;
        this.timeout = timeout;
        AtomicInteger threads = new AtomicInteger();
        this.executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "embed-" + model.name() + "-http-" + threads.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT_MAX) < 0 ? timeout : CONNECT_TIMEOUT_MAX)
                .executor(executor)
                .build();
    }

    /** An answer; its messages have the key blotted out, should the provider have repeated it. */
    static final class Reply {
        private final int status;
        private final HttpHeaders headers;
        private final byte[] body;
        private final Optional<String> secret;

        private Reply(int status, HttpHeaders headers, byte[] body, Optional<String> secret) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.secret = secret;
        }

        int status() {
            return status;
        }

        HttpHeaders headers() {
            return headers;
        }

        byte[] body() {
            return body;
        }

        String errorMessage() {
            return withoutSecret(ProviderJson.errorMessage(body));
        }

        String withoutSecret(String message) {
            return secret.map(key -> message.replace(key, "[hidden]")).orElse(message);
        }
    }

    /**
     * Posts JSON. Cancelling the future gives the request up.
     *
     * @throws dev.freshet.embed.EmbeddingException if the key cannot be had
     */
    CompletableFuture<Reply> post(String path, byte[] json, int answerBytesMax) {
        return send(
                HttpRequest.newBuilder(model.at(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(json)),
                answerBytesMax);
    }

    CompletableFuture<Reply> get(String path, int answerBytesMax) {
        return send(HttpRequest.newBuilder(model.at(path)).GET(), answerBytesMax);
    }

    private CompletableFuture<Reply> send(HttpRequest.Builder request, int answerBytesMax) {
        Optional<String> key = model.key().value();
        key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        request.header("Accept", "application/json").timeout(timeout);
        CompletableFuture<java.net.http.HttpResponse<byte[]>> sent =
                http.sendAsync(request.build(), response -> new BoundedBody(answerBytesMax));
        CompletableFuture<Reply> reply =
                sent.thenApply(response -> new Reply(response.statusCode(), response.headers(), response.body(), key));
        // A future that depends on another one does not hand its cancellation on.
        reply.whenComplete((answer, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
        return reply;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
