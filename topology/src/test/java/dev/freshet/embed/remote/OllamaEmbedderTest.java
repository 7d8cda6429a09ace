package dev.freshet.embed.remote;

import static dev.freshet.embed.remote.FakeProvider.ollamaTags;
import static dev.freshet.embed.remote.FakeProvider.vector;
import static dev.freshet.embed.remote.RemoteTests.embedder;
import static dev.freshet.embed.remote.RemoteTests.failure;
import static dev.freshet.embed.remote.RemoteTests.limits;
import static dev.freshet.embed.remote.RemoteTests.ollama;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.FakeProvider.Answer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaEmbedderTest {
    private static final String PRINT = "ollama-d1-4";

    @SuppressWarnings("NullAway.Init") // set before each test
    private FakeProvider provider;

    @BeforeEach
    void open() throws IOException {
        provider = new FakeProvider();
        provider.answer(FakeProvider::ollama);
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private HttpEmbedder nomic() {
        return embedder(ollama(provider.uri(), "nomic-embed-text"), limits());
    }

    @Test
    void shouldAskAsTheApiWantsAndNeverToCut() {
        try (HttpEmbedder embedder = nomic()) {
            List<float[]> vectors = embedder.embed(List.of("one", "two")).join();
            assertThat(vectors.get(0)).containsExactly(vector("one"));
            assertThat(vectors.get(1)).containsExactly(vector("two"));
        }
        assertThat(provider.calls().get(0).path()).isEqualTo("/api/embed");
        assertThat(provider.calls().get(0).headers()).doesNotContainKey("Authorization");
        assertThat(provider.calls().get(0).json().toString())
                .isEqualTo(
                        "{\"model\":\"nomic-embed-text\",\"input\":[\"one\",\"two\"],\"truncate\":false,\"keep_alive\":\"30m\"}");
    }

    @Test
    void shouldAskNobodyBeforeItIsUsed() {
        try (HttpEmbedder embedder = nomic()) {
            assertThat(embedder.model().dimensions()).isEqualTo(4);
            assertThat(embedder.model().maxTokens()).isEqualTo(256);
            assertThat(provider.fingerprintQuestions()).isZero();

            assertThat(embedder.identify().join().fingerprint()).isEqualTo(PRINT);
            assertThat(embedder.model().fingerprint()).isEqualTo(PRINT);
            assertThat(provider.fingerprintQuestions()).isEqualTo(1);
            assertThat(provider.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nomic-embed-text, nomic-embed-text:latest",
        "nomic-embed-text:latest, nomic-embed-text",
        "nomic-embed-text:v1.5, nomic-embed-text:v1.5",
        "host:5000/me/nomic, host:5000/me/nomic:latest"
    })
    void shouldFindTheModelWithAndWithoutItsTag(String configured, String listed) {
        provider.answerTags(call -> ollamaTags(listed, "d7"));
        try (HttpEmbedder embedder = embedder(ollama(provider.uri(), configured), limits())) {
            assertThat(embedder.identify().join().fingerprint()).isEqualTo("ollama-d7-4");
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheModelIsNotThere() {
        provider.answerTags(call -> ollamaTags("nomic-embed-text:v1.5", "d1"));
        try (HttpEmbedder embedder = nomic()) {
            for (CompletableFuture<?> future :
                    List.of(embedder.identify(), embedder.embed(PRINT, List.of("one")), embedder.embedQuery("two"))) {
                EmbeddingException failure = failure(future);
                assertThat(failure.retryable()).isTrue();
                assertThat(failure.modelChanged()).isFalse();
                assertThat(failure).hasMessageContaining("ollama pull nomic-embed-text");
            }
            assertThat(provider.calls()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "nonsense", "{\"models\":[{\"name\":\"nomic-embed-text:latest\"}]}"})
    void shouldNotGuessAFingerprint(String tags) {
        provider.answerTags(call -> Answer.of(200, tags));
        try (HttpEmbedder embedder = nomic()) {
            assertThat(failure(embedder.identify()).retryable()).isTrue();
            assertThat(failure(embedder.embed(PRINT, List.of("one"))).retryable())
                    .isTrue();
        }
    }

    @Test
    void shouldSayThatOllamaIsNotThere() {
        HttpEmbedder down = nomic();
        provider.close();
        try (down) {
            EmbeddingException failure = failure(down.identify());
            assertThat(failure.retryable()).isTrue();
            assertThat(failure)
                    .hasMessageContaining("cannot be reached at " + provider.uri())
                    .hasMessageContaining("start the provider");
        }
    }

    @Test
    void shouldWaitForTheModelThatIsMeant() {
        try (HttpEmbedder embedder = nomic()) {
            embedder.embed(PRINT, List.of("one")).join();
            provider.answerTags(call -> ollamaTags("nomic-embed-text:latest", "d2"));

            // The exchange shows after the first call since.
            assertThat(failure(embedder.embed(PRINT, List.of("two"))).modelChanged())
                    .isTrue();
            assertThat(failure(embedder.embed(PRINT, List.of("three"))).modelChanged())
                    .isTrue();
            assertThat(failure(embedder.embedQuery(PRINT, "four")).modelChanged())
                    .isTrue();
            assertThat(embedder.embed("ollama-d2-4", List.of("five")).join()).hasSize(1);

            provider.answerTags(call -> ollamaTags("nomic-embed-text:latest", "d1"));
            assertThat(embedder.embed(PRINT, List.of("two")).join()).hasSize(1);
        }
    }

    @Test
    void shouldNotHandOutVectorsOfAModelThatWasExchangedMeanwhile() {
        CountDownLatch exchanged = new CountDownLatch(1);
        provider.answer(call -> {
            exchanged.await();
            return FakeProvider.ollama(call);
        });
        try (HttpEmbedder embedder = nomic()) {
            CompletableFuture<List<float[]>> meant = embedder.embed(PRINT, List.of("one"));
            provider.awaitCalls(1);
            provider.answerTags(call -> ollamaTags("nomic-embed-text:latest", "d2"));
            exchanged.countDown();
            assertThat(failure(meant).modelChanged()).isTrue();
            // Whoever takes any model gets vectors of one that stayed the same while it made them.
            assertThat(embedder.embed(List.of("two")).join()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, the input length exceeds the context length",
        "500, the input length exceeds the context length",
        "500, failed to encode response: json: unsupported value: NaN"
    })
    void shouldRefuseATextThatOllamaCanNeverEmbed(int status, String message) {
        provider.answer(call -> call.texts().contains("bad")
                ? Answer.of(status, "{\"error\":\"" + message + "\"}")
                : FakeProvider.ollama(call));
        try (HttpEmbedder embedder = nomic()) {
            EmbeddingException refused = failure(embedder.embed(List.of("one", "bad", "two")));
            assertThat(refused.retryable()).isFalse();
            assertThat(refused).hasMessageContaining(message);
            assertThat(embedder.embed(List.of("one", "two")).join()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"embeddings\":[[1,2,3,4]]}",
                "{\"embeddings\":[[1,2,3,4],[1,2,3,4],[1,2,3,4]]}",
                "{\"embeddings\":[[1,2,3,4],null]}",
                "{\"embeddings\":[[1,2,3,4],[1,\"2\",3,4]]}",
                "{\"embeddings\":null}",
                "{\"error\":\"something\"}"
            })
    void shouldNotTakeABrokenAnswer(String body) {
        provider.answer(call -> Answer.of(200, body));
        try (HttpEmbedder embedder = nomic()) {
            assertThat(failure(embedder.embed(List.of("one", "two"))).retryable())
                    .isTrue();
        }
    }
}
