package dev.freshet.embed.remote;

import static dev.freshet.embed.remote.FakeProvider.awaitThat;
import static dev.freshet.embed.remote.RemoteTests.embedder;
import static dev.freshet.embed.remote.RemoteTests.failure;
import static dev.freshet.embed.remote.RemoteTests.openAi;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.FakeProvider.Answer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When requests go out, by a clock that the tests move. */
class PacingTest {
    private final ManualEventLoop loop = new ManualEventLoop();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @SuppressWarnings("NullAway.Init") // set before each test
    private FakeProvider provider;

    @BeforeEach
    void open() throws IOException {
        provider = new FakeProvider();
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private HttpEmbedder paced(int batchTexts, long requestsPerMinute, long tokensPerMinute, int retries) {
        RemoteLimits limits = new RemoteLimits(
                batchTexts, 50_000, requestsPerMinute, tokensPerMinute, 2, 1_000, Duration.ofMinutes(2), retries);
        return embedder(openAi("paced", provider.uri(), ApiKey.none()), limits, meters, loop);
    }

    /**
     * Waits until so many requests have been answered, and what they led to has been done. More may have been: what a
     * request lets through may be answered before this looks.
     */
    private void settled(int requests) {
        awaitThat(() -> meters.find("freshet.embedding.request").timers().stream()
                        .mapToLong(timer -> timer.count())
                        .sum()
                >= requests);
        loop.settle();
    }

    /** Requests that went out: those that are under way, and those that came back. */
    private long sent() {
        loop.settle();
        return (long) meters.get("freshet.embedding.request.texts").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void shouldSendNoMoreRequestsThanAMinuteMayHave() {
        try (HttpEmbedder embedder = paced(1, 30, 0, 0)) {
            CompletableFuture<List<float[]>> vectors = embedder.embed(List.of("a", "b", "c"));
            settled(1);
            loop.advance(Duration.ofMillis(1_999));
            assertThat(sent()).isEqualTo(1);
            loop.advance(Duration.ofMillis(1));
            settled(2);
            loop.advance(Duration.ofMillis(1_999));
            assertThat(sent()).isEqualTo(2);
            loop.advance(Duration.ofMillis(1));
            assertThat(vectors.join()).hasSize(3);
        }
    }

    @Test
    void shouldLetASearchHaveTheNextRequest() {
        try (HttpEmbedder embedder = paced(1, 60, 0, 0)) {
            embedder.embed(List.of("a", "b", "c"));
            settled(1);
            CompletableFuture<float[]> query = embedder.embedQuery("a question");
            loop.advance(Duration.ofSeconds(1));
            assertThat(query.join()).hasSize(4);
            assertThat(provider.batches()).containsExactly(List.of("a"), List.of("a question"));
        }
    }

    @Test
    void shouldSendNoMoreTokensThanAMinuteMayHave() {
        // One letter is estimated at 5 tokens, of which 4 are special ones; the provider counts 5 as well.
        try (HttpEmbedder embedder = paced(2, 0, 300, 0)) {
            CompletableFuture<List<float[]>> vectors = embedder.embed(List.of("a", "b", "c"));
            settled(1);
            // 10 were taken of the 5 that were there: the 5 missing and 5 for the next come in 2 seconds.
            loop.advance(Duration.ofMillis(1_999));
            assertThat(sent()).isEqualTo(2);
            loop.advance(Duration.ofMillis(1));
            assertThat(vectors.join()).hasSize(3);
        }
    }

    @Test
    void shouldPutNoMoreTokensInARequestThanAMinuteMayHave() {
        try (HttpEmbedder embedder = paced(64, 0, 12, 0)) {
            embedder.embed(List.of("a", "b", "c"));
            settled(1);
            assertThat(provider.batches()).containsExactly(List.of("a", "b"));
        }
    }

    @Test
    void shouldGiveBackTokensThatTheProviderDidNotCount() {
        provider.answer(call -> FakeProvider.openAi(
                List.of(FakeProvider.entry(0, FakeProvider.vector(call.texts().get(0)))), 1));
        try (HttpEmbedder embedder = paced(1, 0, 300, 0)) {
            CompletableFuture<List<float[]>> vectors = embedder.embed(List.of("a", "b"));
            settled(1);
            // 1 of 5 was used, so 4 are left and 1 is missing.
            loop.advance(Duration.ofMillis(199));
            assertThat(sent()).isEqualTo(1);
            loop.advance(Duration.ofMillis(1));
            assertThat(vectors.join()).hasSize(2);
        }
    }

    @Test
    void shouldLeaveAProviderAloneForAsLongAsItWants() {
        AtomicInteger answers = new AtomicInteger();
        provider.answer(call -> answers.getAndIncrement() == 0
                ? Answer.of(429, "slow down").with("Retry-After", "7")
                : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = paced(1, 0, 0, 3)) {
            CompletableFuture<List<float[]>> first = embedder.embed(List.of("a"));
            settled(1);
            CompletableFuture<List<float[]>> second = embedder.embed(List.of("b"));
            EmbeddingException impatient = failure(embedder.embedQuery("a question"));
            assertThat(impatient.retryable()).isTrue();
            assertThat(impatient).hasMessageContaining("left alone for another 7 s");
            assertThat(meters.get("freshet.embedding.paused").gauge().value()).isEqualTo(1);
            loop.advance(Duration.ofMillis(6_999));
            assertThat(sent()).isEqualTo(1);
            loop.advance(Duration.ofMillis(1));
            assertThat(first.join()).hasSize(1);
            loop.settle();
            assertThat(second.join()).hasSize(1);
            assertThat(meters.get("freshet.embedding.paused").gauge().value()).isZero();
        }
    }

    @Test
    void shouldPauseAProviderThatKeepsFailingAndProbeItWithOneRequest() {
        provider.answer(call -> Answer.of(503, "down"));
        try (HttpEmbedder embedder = paced(1, 0, 0, 0)) {
            // Each of these is followed by the control text.
            for (int failures = 2; failures < Circuit.FAILURES_MAX; failures += 2) {
                assertThat(failure(embedder.embed(List.of("a"))).retryable()).isTrue();
                settled(failures);
            }
            CompletableFuture<List<float[]>> last = embedder.embed(List.of("a"));
            settled(Circuit.FAILURES_MAX);
            CompletableFuture<List<float[]>> waiting = embedder.embed(List.of("b", "c", "d"));
            CompletableFuture<float[]> soon = embedder.embedQuery("the pause is short, so it waits");
            loop.advance(Duration.ofMillis(999));
            assertThat(sent()).isEqualTo(5);
            assertThat(waiting).isNotDone();
            assertThat(soon).isNotDone();

            loop.advance(Duration.ofMillis(1));
            settled(6);
            assertThat(failure(soon).retryable()).isTrue();
            loop.advance(Duration.ofMillis(1_999));
            assertThat(sent()).isEqualTo(6);

            provider.answer(FakeProvider::openAi);
            loop.advance(Duration.ofMillis(1));
            assertThat(waiting.join()).hasSize(3);
            assertThat(failure(last).retryable()).isTrue();
            assertThat(provider.batches().subList(5, 8))
                    .containsExactly(
                            List.of("the pause is short, so it waits"),
                            List.of(BatchDispatcher.CONTROL_TEXT),
                            List.of("b"));
        }
    }

    @Test
    void shouldNotKeepSearchesOutBecauseOfATextThatTheProviderFailsFor() {
        provider.answer(call -> call.texts().contains("bad") ? Answer.of(500, "crash") : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = paced(1, 0, 0, 10)) {
            CompletableFuture<List<float[]>> bad = embedder.embed(List.of("bad"));
            int requests = 0;
            for (int pauses = 0; pauses < 2; pauses++) {
                for (int failures = 0; failures < Circuit.FAILURES_MAX; failures++) {
                    settled(++requests);
                    loop.advance(Duration.ZERO);
                }
                assertThat(meters.get("freshet.embedding.paused").gauge().value())
                        .isEqualTo(1);
                assertThat(bad).isNotDone();
                if (pauses == 0) {
                    loop.advance(Duration.ofSeconds(1));
                    settled(++requests);
                    assertThat(provider.batches().get(5)).containsExactly(BatchDispatcher.CONTROL_TEXT);
                }
            }
            CompletableFuture<float[]> query = embedder.embedQuery("a question");
            loop.advance(Duration.ofSeconds(1));
            assertThat(query.join()).hasSize(4);
            assertThat(provider.batches().get(11)).containsExactly("a question");
        }
    }

    @Test
    void shouldKeepRowsOutOfTheBatchOfAControlText() {
        provider.answer(call -> call.texts().contains("bad") ? Answer.of(400, "no") : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = paced(64, 60, 0, 0)) {
            CompletableFuture<List<float[]>> bad = embedder.embed(List.of("bad"));
            settled(1);
            CompletableFuture<List<float[]>> good = embedder.embed(List.of("good"));
            loop.advance(Duration.ofSeconds(1));
            settled(2);
            loop.advance(Duration.ofSeconds(1));
            settled(3);
            assertThat(failure(bad).retryable()).isFalse();
            loop.advance(Duration.ofSeconds(1));
            assertThat(good.join()).hasSize(1);
            assertThat(provider.batches())
                    .containsExactly(
                            List.of("bad"), List.of(BatchDispatcher.CONTROL_TEXT), List.of("bad"), List.of("good"));
        }
    }

    @Test
    void shouldFailASearchThatWaitedTooLongToBeSent() {
        provider.answer(call -> provider.hang());
        RemoteLimits limits = new RemoteLimits(1, 50_000, 0, 0, 1, 1_000, Duration.ofSeconds(10), 3);
        try (HttpEmbedder embedder = embedder(openAi("paced", provider.uri(), ApiKey.none()), limits, meters, loop)) {
            embedder.embed(List.of("a"));
            provider.awaitCalls(1);
            CompletableFuture<float[]> query = embedder.embedQuery("a question");
            loop.settle();
            loop.advance(Duration.ofSeconds(10));
            settled(1);
            loop.advance(Duration.ofSeconds(10));
            settled(2);
            // What timed out is tried again after a random delay: only then it shows that the search has waited too
            // long.
            loop.advance(Duration.ofSeconds(30));
            assertThat(failure(query).retryable()).isTrue();
        }
    }
}
