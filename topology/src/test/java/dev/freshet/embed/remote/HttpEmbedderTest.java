package dev.freshet.embed.remote;

import static dev.freshet.embed.remote.FakeProvider.vector;
import static dev.freshet.embed.remote.RemoteTests.embedder;
import static dev.freshet.embed.remote.RemoteTests.failure;
import static dev.freshet.embed.remote.RemoteTests.inFlight;
import static dev.freshet.embed.remote.RemoteTests.limits;
import static dev.freshet.embed.remote.RemoteTests.openAi;
import static dev.freshet.embed.remote.RemoteTests.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.FakeProvider.Answer;
import dev.freshet.embed.remote.FakeProvider.Behaviour;
import dev.freshet.embed.remote.FakeProvider.Delivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEmbedderTest {
    private static final String BLOCKER = "blocker";

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

    private RemoteModel model() {
        return openAi("remote", provider.uri(), ApiKey.none());
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(index -> "text " + index).toList();
    }

    private static void assertVectors(List<float[]> vectors, List<String> texts) {
        assertThat(vectors).hasSameSizeAs(texts);
        for (int index = 0; index < texts.size(); index++) {
            assertThat(vectors.get(index)).containsExactly(vector(texts.get(index)));
        }
    }

    /** Embeds each text by a call of its own, all of them in one batch: it forms while an earlier request is held. */
    private List<CompletableFuture<List<float[]>>> together(HttpEmbedder embedder, List<String> texts, Behaviour then) {
        CountDownLatch formed = new CountDownLatch(1);
        provider.answer(call -> {
            if (call.texts().contains(BLOCKER)) {
                formed.await();
                return FakeProvider.openAi(call);
            }
            return then.answer(call);
        });
        CompletableFuture<List<float[]>> blocker = embedder.embed(List.of(BLOCKER));
        provider.awaitCalls(1);
        List<CompletableFuture<List<float[]>>> futures =
                texts.stream().map(text -> embedder.embed(List.of(text))).toList();
        formed.countDown();
        blocker.join();
        return futures;
    }

    @Test
    void shouldMatchVectorsToTextsByIndex() {
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            List<String> texts = texts(20);
            assertVectors(embedder.embed(texts).join(), texts);
            assertThat(provider.batches()).containsExactly(texts);
        }
    }

    @Test
    void shouldAskAsTheApiWants() {
        RemoteModel plain = openAi("remote", provider.uri(), ApiKey.of("a test", "  the-key\n"));
        try (HttpEmbedder embedder = embedder(plain, limits())) {
            embedder.embed(List.of("one \"quoted\" ✓")).join();
        }
        FakeProvider.Call call = provider.calls().get(0);
        assertThat(call.path()).isEqualTo("/v1/embeddings");
        assertThat(call.headers()).containsEntry("Authorization", List.of("Bearer the-key"));
        assertThat(call.json().toString())
                .isEqualTo(
                        "{\"model\":\"text-embedding-3-small\",\"input\":[\"one \\\"quoted\\\" ✓\"],\"encoding_format\":\"float\"}");
    }

    @Test
    void shouldKeepToTheCapsOfABatch() {
        RemoteLimits byCount = new RemoteLimits(4, 50_000, 0, 0, 1, 1_000, Duration.ofMinutes(2), 0);
        try (HttpEmbedder embedder = embedder(model(), byCount)) {
            assertVectors(embedder.embed(texts(10)).join(), texts(10));
        }
        assertThat(provider.batches()).extracting(List::size).containsExactly(4, 4, 2);

        // Each text is 4 special tokens, 10 of 20 letters, and 1 for each digit.
        List<String> longer = List.of("abcdefghij".repeat(2), "abcdefghij".repeat(2) + "1", "x");
        RemoteLimits byTokens = new RemoteLimits(64, 29, 0, 0, 1, 1_000, Duration.ofMinutes(2), 0);
        try (HttpEmbedder embedder = embedder(model(), byTokens)) {
            assertVectors(embedder.embed(longer).join(), longer);
        }
        assertThat(provider.batches().subList(3, provider.batches().size()))
                .containsExactly(longer.subList(0, 2), longer.subList(2, 3));
    }

    @Test
    void shouldLeaveOneRequestToSearchesAndKeepToTheMost() {
        Semaphore allowed = new Semaphore(0);
        provider.answer(call -> {
            if (call.texts().get(0).startsWith("text")) {
                allowed.acquire();
            }
            return FakeProvider.openAi(call);
        });
        RemoteLimits single = new RemoteLimits(1, 50_000, 0, 0, 3, 1_000, Duration.ofMinutes(2), 0);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (HttpEmbedder embedder = embedder(model(), single, meters)) {
            CompletableFuture<List<float[]>> rows = embedder.embed(texts(12));
            provider.awaitCalls(2);

            assertThat(embedder.embedQuery("a question").join()).containsExactly(vector("a question"));

            assertThat(rows).isNotDone();
            assertThat(provider.calls()).hasSize(3);
            assertThat(meters.get("freshet.embedding.in.flight").gauge().value())
                    .isEqualTo(2);
            allowed.release(12);
            assertVectors(rows.join(), texts(12));
            assertThat(provider.mostAtOnce()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void shouldSendSearchesBeforeTheRowsThatWait() {
        CountDownLatch held = new CountDownLatch(1);
        provider.answer(call -> {
            held.await();
            return FakeProvider.openAi(call);
        });
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            CompletableFuture<List<float[]>> first = embedder.embed(List.of("first"));
            provider.awaitCalls(1);
            CompletableFuture<List<float[]>> second = embedder.embed(List.of("second"));
            CompletableFuture<float[]> query = embedder.embedQuery("a question");
            held.countDown();
            first.join();
            second.join();
            query.join();
            assertThat(provider.batches()).containsExactly(List.of("first"), List.of("a question"), List.of("second"));
        }
    }

    @Test
    void shouldRefuseOnlyTheTextThatTheProviderRefuses() {
        List<String> texts = new ArrayList<>(texts(15));
        texts.add(6, "bad");
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            List<CompletableFuture<List<float[]>>> futures = together(
                    embedder,
                    texts,
                    call -> call.texts().contains("bad")
                            ? Answer.of(400, "{\"error\":{\"message\":\"that text is no good\",\"type\":\"x\"}}")
                            : FakeProvider.openAi(call));
            for (int index = 0; index < texts.size(); index++) {
                if (texts.get(index).equals("bad")) {
                    EmbeddingException refused = failure(futures.get(index));
                    assertThat(refused.retryable()).isFalse();
                    assertThat(refused).hasMessageContaining("status 400: that text is no good");
                } else {
                    assertVectors(futures.get(index).join(), texts.subList(index, index + 1));
                }
            }
            // The blocker, the batch of 16, the control, and two halves on each of 4 levels.
            assertThat(provider.calls()).hasSize(3 + 2 * 4);
        }
    }

    @Test
    void shouldRefuseALoneTextOnlyIfTheProviderTakesAnother() {
        provider.answer(call ->
                call.texts().contains("bad") ? Answer.of(422, "{\"detail\":\"no\"}") : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            assertThat(failure(embedder.embed(List.of("bad"))).retryable()).isFalse();
            assertThat(provider.batches())
                    .containsExactly(List.of("bad"), List.of(BatchDispatcher.CONTROL_TEXT), List.of("bad"));
            assertThat(failure(embedder.embedQuery("bad")).retryable()).isFalse();
        }
    }

    @Test
    void shouldNotBelieveTheRefusalsOfAProviderThatRecovers() {
        Deque<Answer> unwell = new ConcurrentLinkedDeque<>();
        provider.answer(call -> {
            Answer answer = call.texts().contains("fine") ? unwell.poll() : null;
            return answer == null ? FakeProvider.openAi(call) : answer;
        });
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            unwell.add(Answer.of(422, "{\"detail\":\"no model\"}"));
            assertVectors(embedder.embed(List.of("fine")).join(), List.of("fine"));
            // That others were embedded since it was first tried says nothing of how the provider is when it refuses.
            unwell.add(Answer.of(503, "{}"));
            unwell.add(Answer.of(422, "{\"detail\":\"no model\"}"));
            CompletableFuture<List<float[]>> fine = embedder.embed(List.of("fine"));
            embedder.embedQuery("a question").join();
            assertVectors(fine.join(), List.of("fine"));
            unwell.add(FakeProvider.openAi(List.of(FakeProvider.entry(0, Float.NaN, 1, 2, 3)), 1));
            assertVectors(embedder.embed(List.of("fine")).join(), List.of("fine"));
            assertThat(unwell).isEmpty();
        }
    }

    @Test
    void shouldBlameTheConfigurationIfEveryTextIsRefused() {
        provider.answer(call -> Answer.of(400, "{\"error\":{\"message\":\"dimensions is not supported\"}}"));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            EmbeddingException failure = failure(embedder.embed(texts(32)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure)
                    .hasMessageContaining("refuses every text")
                    .hasMessageContaining("dimensions is not supported");
            assertThat(provider.calls()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "1e39", "0.0", "null"})
    void shouldRefuseOnlyTheTextWithoutAUsableVector(String component) {
        List<String> texts = List.of("one", "bad", "two");
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            List<CompletableFuture<List<float[]>>> futures = together(embedder, texts, call -> {
                List<String> entries = new ArrayList<>();
                for (int index = 0; index < call.texts().size(); index++) {
                    String text = call.texts().get(index);
                    entries.add(
                            text.equals("bad")
                                    ? "{\"index\":" + index + ",\"embedding\":["
                                            + String.join(",", Collections.nCopies(4, component)) + "]}"
                                    : FakeProvider.entry(index, vector(text)));
                }
                return FakeProvider.openAi(entries, 3);
            });
            assertVectors(futures.get(0).join(), List.of("one"));
            assertVectors(futures.get(2).join(), List.of("two"));
            EmbeddingException refused = failure(futures.get(1));
            assertThat(refused.retryable()).isFalse();
            assertThat(refused).hasMessageContaining("NaN, infinite or all 0");
            assertThat(provider.batches().subList(1, 3)).containsExactly(texts, List.of("bad"));
        }
    }

    @Test
    void shouldBlameTheProviderIfNoVectorIsUsable() {
        provider.answer(call -> FakeProvider.openAi(
                IntStream.range(0, call.texts().size())
                        .mapToObj(index -> FakeProvider.entry(index, Float.NaN, 1, 2, 3))
                        .toList(),
                1));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            assertThat(failure(embedder.embed(texts(3))).retryable()).isTrue();
        }
    }

    @Test
    void shouldNotTakeVectorsOfOtherDimensions() {
        provider.answer(call -> FakeProvider.openAi(List.of(FakeProvider.entry(0, 1, 2, 3)), 1));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            EmbeddingException failure = failure(embedder.embed(List.of("text")));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure)
                    .hasMessageContaining("3 dimensions")
                    .hasMessageContaining("model.remote.dimensions is 4");
            assertThat(provider.calls()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":1,\"embedding\":[1,2,3,4]},{\"index\":2,\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":0,\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":2,\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":-1,\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"embedding\":[1,2,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":1}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},null]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":1,\"embedding\":[1,true,3,4]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3,4]},{\"index\":1,\"embedding\":\"zczMPQ==\"}]}",
                "{\"object\":\"list\"}",
                "{\"data\":[{\"index\":0,",
                "null",
                "[]",
                "<html>Welcome to the Wi-Fi</html>"
            })
    void shouldTryAgainAndNotTakeABrokenAnswer(String body) {
        AtomicInteger answers = new AtomicInteger();
        provider.answer(call -> answers.getAndIncrement() == 0 ? Answer.of(200, body) : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            assertVectors(embedder.embed(texts(2)).join(), texts(2));
        }
        provider.answer(call -> Answer.of(200, body));
        try (HttpEmbedder embedder = embedder(model(), timeout(Duration.ofMinutes(2), 1))) {
            EmbeddingException failure = failure(embedder.embed(texts(2)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("tried 2 times");
        }
        assertThat(provider.calls()).hasSize(4);
    }

    @Test
    void shouldNotReadAnAnswerWithoutEnd() {
        provider.answer(call -> Answer.of(200, " ".repeat(4 << 20) + "{}"));
        try (HttpEmbedder embedder = embedder(model(), timeout(Duration.ofMinutes(2), 0))) {
            EmbeddingException failure = failure(embedder.embed(texts(2)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("longer than");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void shouldTryAgainAfterWhatMayPass(int status) {
        AtomicInteger answers = new AtomicInteger();
        provider.answer(call -> answers.getAndIncrement() < 3 ? Answer.of(status, "busy") : FakeProvider.openAi(call));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (HttpEmbedder embedder = embedder(model(), limits(), meters)) {
            assertVectors(embedder.embed(texts(5)).join(), texts(5));
        }
        assertThat(provider.calls()).hasSize(4);
        assertThat(meters.get("freshet.embedding.request.retries").counter().count())
                .isEqualTo(3);
        assertThat(meters.get("freshet.embedding.request")
                        .tag("outcome", status == 429 ? "throttled" : "unavailable")
                        .timer()
                        .count())
                .isEqualTo(3);
        assertThat(meters.get("freshet.embedding.request")
                        .tag("outcome", "ok")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("freshet.embedding.request.tokens").counter().count())
                .isEqualTo(25);
        assertThat(meters.get("freshet.embedding.request.texts")
                        .tag("purpose", "row")
                        .counter()
                        .count())
                .isEqualTo(20);
    }

    @Test
    void shouldFailForNowWhenTriesAreUsedUp() {
        provider.answer(call -> Answer.of(500, "{\"error\":\"out of memory\"}"));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            EmbeddingException failure = failure(embedder.embed(texts(5)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure)
                    .hasMessageContaining("status 500: out of memory")
                    .hasMessageContaining("tried 4 times");
            assertThat(failure.blamesText()).isFalse();
            // The last request was the control text.
            assertThat(provider.calls()).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502})
    void shouldBlameATextThatTheProviderFailsForAlone(int status) {
        List<String> texts = List.of("one", "two", "bad", "three");
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            // Nothing else gets through meanwhile, but the control text.
            List<CompletableFuture<List<float[]>>> futures = together(
                    embedder,
                    texts,
                    call -> call.texts().contains("bad") ? Answer.of(status, "crash") : FakeProvider.openAi(call));
            for (int index = 0; index < texts.size(); index++) {
                if (index == 2) {
                    EmbeddingException failure = failure(futures.get(index));
                    assertThat(failure.retryable()).isTrue();
                    assertThat(failure.blamesText()).isTrue();
                    assertThat(failure)
                            .hasMessageContaining("fails for this text alone")
                            .hasMessageContaining("status " + status + ": crash");
                } else {
                    assertVectors(futures.get(index).join(), texts.subList(index, index + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429})
    void shouldNotBlameATextForWhatIsNoServersError(int status) {
        provider.answer(call -> call.texts().contains("bad") ? Answer.of(status, "later") : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            EmbeddingException failure = failure(embedder.embed(List.of("bad")));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure.blamesText()).isFalse();
        }
    }

    @Test
    void shouldKeepATextThatMakesTheProviderFailFromHoldingUpItsNeighbours() {
        List<String> texts = List.of("one", "two", "bad", "three");
        CountDownLatch others = new CountDownLatch(1);
        RemoteLimits two = new RemoteLimits(64, 50_000, 0, 0, 2, 1_000, Duration.ofMinutes(2), 1);
        try (HttpEmbedder embedder = embedder(model(), two)) {
            List<CompletableFuture<List<float[]>>> futures = together(embedder, texts, call -> {
                if (call.texts().contains("bad")) {
                    others.await(); // A search gets through meanwhile: the provider is well.
                    return Answer.of(500, "crash");
                }
                return FakeProvider.openAi(call);
            });
            embedder.embedQuery("a question").join();
            others.countDown();
            for (int index = 0; index < texts.size(); index++) {
                if (index == 2) {
                    assertThat(failure(futures.get(index)).retryable()).isTrue();
                } else {
                    assertVectors(futures.get(index).join(), texts.subList(index, index + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 404, 405, 410})
    void shouldNotTryAgainWhatNeedsAnotherConfiguration(int status) {
        provider.answer(call -> Answer.of(status, "{\"error\":{\"message\":\"something\"}}"));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            EmbeddingException failure = failure(embedder.embed(texts(2)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("status " + status).hasMessageContaining("model.remote.");
            assertThat(provider.calls()).hasSize(1);
        }
    }

    @Test
    void shouldFollowNoRedirect() throws IOException {
        try (FakeProvider elsewhere = new FakeProvider();
                HttpEmbedder embedder = embedder(model(), limits())) {
            provider.answer(call -> Answer.of(307, "").with("Location", elsewhere.uri() + "/v1/embeddings"));
            assertThat(failure(embedder.embed(texts(1))).retryable()).isTrue();
            assertThat(elsewhere.calls()).isEmpty();
        }
    }

    @Test
    void shouldGiveUpARequestThatHangsAndTryItsHalves() {
        provider.answer(call -> call.texts().size() > 1 ? provider.hang() : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), timeout(Duration.ofMillis(300), 3))) {
            assertVectors(embedder.embed(texts(4)).join(), texts(4));
            assertThat(provider.batches()).extracting(List::size).startsWith(4, 2);
        }
    }

    @Test
    void shouldGiveUpAProviderThatHangs() {
        provider.answer(call -> provider.hang());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (HttpEmbedder embedder = embedder(model(), timeout(Duration.ofMillis(200), 1), meters)) {
            EmbeddingException failure = failure(embedder.embed(texts(1)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("no answer in time");
            assertThat(meters.get("freshet.embedding.request")
                            .tag("outcome", "timeout")
                            .timer()
                            .count())
                    .isEqualTo(3);
        }
    }

    @Test
    void shouldGiveUpABodyThatNeverEnds() {
        AtomicInteger answers = new AtomicInteger();
        provider.answer(call -> answers.getAndIncrement() == 0
                ? FakeProvider.openAi(call).delivered(Delivery.STUCK)
                : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), timeout(Duration.ofMillis(300), 3))) {
            assertVectors(embedder.embed(texts(1)).join(), texts(1));
        }
    }

    @Test
    void shouldTryAgainAfterABrokenConnection() {
        AtomicInteger answers = new AtomicInteger();
        provider.answer(call -> answers.getAndIncrement() == 0
                ? FakeProvider.openAi(call).delivered(Delivery.CUT)
                : FakeProvider.openAi(call));
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            assertVectors(embedder.embed(texts(3)).join(), texts(3));
        }
        assertThat(provider.calls()).hasSize(2);
    }

    @Test
    void shouldSayThatNobodyIsThere() {
        RemoteModel model = openAi("remote", URI.create("http://127.0.0.1:1"), ApiKey.none());
        try (HttpEmbedder embedder = embedder(model, timeout(Duration.ofMinutes(2), 1))) {
            EmbeddingException failure = failure(embedder.embed(texts(1)));
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("ConnectException");
        }
    }

    @Test
    void shouldNotLetOneProviderHoldUpAnother() throws IOException {
        try (FakeProvider healthy = new FakeProvider();
                HttpEmbedder stuck = embedder(model(), inFlight(4));
                HttpEmbedder other = embedder(openAi("other", healthy.uri(), ApiKey.none()), limits())) {
            provider.answer(call -> provider.hang());
            CompletableFuture<List<float[]>> never = stuck.embed(texts(900));
            provider.awaitCalls(3);
            assertVectors(other.embed(texts(500)).join(), texts(500));
            assertThat(other.embedQuery("a question").join()).containsExactly(vector("a question"));
            assertThat(never).isNotDone();
        }
    }

    @Test
    void shouldRefuseForNowMoreThanMayWait() {
        Semaphore allowed = new Semaphore(0);
        provider.answer(call -> {
            allowed.acquire();
            return FakeProvider.openAi(call);
        });
        RemoteLimits small = new RemoteLimits(64, 50_000, 0, 0, 1, 10, Duration.ofMinutes(2), 0);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (HttpEmbedder embedder = embedder(model(), small, meters)) {
            CompletableFuture<List<float[]>> accepted = embedder.embed(texts(10));
            EmbeddingException refused = failure(embedder.embed(texts(1)));
            assertThat(refused.retryable()).isTrue();
            assertThat(refused).hasMessageContaining("more than 10 texts");
            CompletableFuture<float[]> query = embedder.embedQuery("searches have a bound of their own");
            allowed.release(2);
            assertVectors(accepted.join(), texts(10));
            query.join();
            FakeProvider.awaitThat(
                    () -> meters.get("freshet.embedding.waiting").gauge().value() == 0);
            allowed.release(1);
            assertVectors(embedder.embed(texts(10)).join(), texts(10));
        }
    }

    @Test
    void shouldRefuseATextThatTheModelMightCut() {
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            String longest = "1".repeat(252);
            assertThat(embedder.tokens().count(longest)).isEqualTo(256);
            assertVectors(embedder.embed(List.of(longest)).join(), List.of(longest));
            EmbeddingException refused = failure(embedder.embed(List.of("fine", longest + "1")));
            assertThat(refused.retryable()).isFalse();
            assertThat(refused).hasMessageContaining("257 tokens").hasMessageContaining("256");
            assertThat(failure(embedder.embedQuery(longest + "1")).retryable()).isFalse();
            assertThat(provider.calls()).hasSize(1);
            assertThat(embedder.embed(List.of()).join()).isEmpty();
        }
    }

    @Test
    void shouldFailForNowWhatIsUnderWayWhenItIsClosed() {
        provider.answer(call -> provider.hang());
        HttpEmbedder embedder = embedder(model(), inFlight(4));
        List<CompletableFuture<?>> unfinished = new ArrayList<>();
        unfinished.add(embedder.embed(texts(300)));
        unfinished.add(embedder.embedQuery("a question"));
        provider.awaitCalls(4);

        embedder.close();
        embedder.close();

        unfinished.add(embedder.embed(texts(1)));
        unfinished.add(embedder.embedQuery("late"));
        for (CompletableFuture<?> future : unfinished) {
            EmbeddingException failure = failure(future);
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("closed");
        }
    }

    @Test
    void shouldOnlyEmbedForTheModelThatIsMeant() {
        try (HttpEmbedder embedder = embedder(model(), limits())) {
            String fingerprint = embedder.identify().join().fingerprint();
            assertThat(embedder.model().fingerprint()).isEqualTo(fingerprint).startsWith("openai-");
            assertVectors(embedder.embed(fingerprint, texts(2)).join(), texts(2));
            assertThat(failure(embedder.embed("another", texts(2))).modelChanged())
                    .isTrue();
            assertThat(failure(embedder.embedQuery("another", "a question")).modelChanged())
                    .isTrue();
            assertThat(provider.calls()).hasSize(1);
        }
    }
}
