package dev.freshet.embed.remote;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.embed.EmbeddingException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** What the tests of embedders over HTTP share. */
final class RemoteTests {
    /** Without delays between tries, and with the full pause of a circuit. */
    static final RandomGenerator NO_JITTER = () -> 0;

    private RemoteTests() {}

    static RemoteModel openAi(String name, URI provider, ApiKey key) {
        return new RemoteModel(
                name,
                RemoteModel.Provider.OPENAI,
                URI.create(provider + "/v1"),
                "text-embedding-3-small",
                FakeProvider.DIMENSIONS,
                false,
                256,
                "",
                "",
                2,
                key);
    }

    static RemoteModel ollama(URI provider, String model) {
        return new RemoteModel(
                "nomic",
                RemoteModel.Provider.OLLAMA,
                provider,
                model,
                FakeProvider.DIMENSIONS,
                false,
                256,
                "",
                "30m",
                2,
                ApiKey.none());
    }

    /** One request at a time, 3 more tries, and time-outs that no healthy test comes near. */
    static RemoteLimits limits() {
        return new RemoteLimits(64, 50_000, 0, 0, 1, 1_000, Duration.ofMinutes(2), 3);
    }

    static RemoteLimits inFlight(int requests) {
        return new RemoteLimits(64, 50_000, 0, 0, requests, 1_000, Duration.ofMinutes(2), 3);
    }

    static RemoteLimits timeout(Duration timeout, int retries) {
        return new RemoteLimits(64, 50_000, 0, 0, 1, 1_000, timeout, retries);
    }

    static HttpEmbedder embedder(RemoteModel model, RemoteLimits limits) {
        return embedder(model, limits, new SimpleMeterRegistry());
    }

    static HttpEmbedder embedder(RemoteModel model, RemoteLimits limits, MeterRegistry registry) {
        return embedder(model, limits, registry, new ThreadEventLoop("test-loop"));
    }

    static HttpEmbedder embedder(RemoteModel model, RemoteLimits limits, MeterRegistry registry, EventLoop loop) {
        return new HttpEmbedder(model, limits, registry, loop, Clock.systemUTC(), NO_JITTER);
    }

    static EmbeddingException failure(CompletableFuture<?> future) {
        Throwable thrown = requireNonNull(catchThrowable(future::join), "the future has not failed");
        assertThat(thrown).hasCauseInstanceOf(EmbeddingException.class);
        return (EmbeddingException) requireNonNull(thrown.getCause());
    }
}
