package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.embed.ModelInfo;
import dev.freshet.embed.remote.ApiKey;
import dev.freshet.embed.remote.FakeProvider;
import dev.freshet.embed.remote.FakeProvider.Answer;
import dev.freshet.embed.remote.HttpEmbedder;
import dev.freshet.embed.remote.RemoteLimits;
import dev.freshet.embed.remote.RemoteModel;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.serde.VectorBytes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The refresh topology with a model behind HTTP. */
class RemoteModelTopologyTest {
    private static final long INDEX = RefreshHarness.DOCS_INDEX;

    private static HttpEmbedder embedder(FakeProvider provider) {
        RemoteModel model = new RemoteModel(
                "remote",
                RemoteModel.Provider.OPENAI,
                URI.create(provider.uri() + "/v1"),
                "small",
                FakeProvider.DIMENSIONS,
                false,
                512,
                "",
                "",
                2,
                ApiKey.none());
        RemoteLimits limits = new RemoteLimits(64, 50_000, 0, 0, 2, 1_000, Duration.ofMinutes(1), 0);
        return new HttpEmbedder(model, limits, new SimpleMeterRegistry());
    }

    private static RefreshHarness harness(HttpEmbedder embedder, String fingerprint) {
        ModelInfo model = embedder.identify().join();
        ModelReference reference =
                new ModelReference(model.name(), model.version(), model.dimensions(), model.maxTokens(), fingerprint);
        RefreshHarness harness = new RefreshHarness(embedder);
        harness.catalog(
                2,
                List.of(RefreshHarness.docs(0, "title", "body")),
                List.of(new IndexDefinition(
                        INDEX,
                        "docs_v1",
                        RefreshHarness.DOCS,
                        reference,
                        model.dimensions(),
                        Distance.COSINE,
                        "hnswlib",
                        "none",
                        false,
                        16,
                        200,
                        100,
                        200,
                        0,
                        Instant.EPOCH,
                        null)));
        return harness;
    }

    private static void runUntil(RefreshHarness harness, BooleanSupplier condition) throws InterruptedException {
        for (int round = 0; !condition.getAsBoolean(); round++) {
            assertThat(round).as("rounds until it came to that").isLessThan(2_000);
            Thread.sleep(5);
            harness.runScheduled();
        }
    }

    @Test
    void shouldSendOnlyTheRowThatTheProviderRefusesToTheDeadLetters() throws IOException, InterruptedException {
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder = embedder(provider);
                RefreshHarness harness =
                        harness(embedder, embedder.identify().join().fingerprint())) {
            provider.answer(call -> call.texts().stream().anyMatch(text -> text.contains("poison"))
                    ? Answer.of(400, "{\"error\":{\"message\":\"no such words, please\"}}")
                    : FakeProvider.openAi(call));
            for (int row = 0; row < 20; row++) {
                harness.upsert("r" + row, "Title " + row, row == 7 ? "Has poison." : "Good.");
            }
            runUntil(harness, () -> harness.images.size() == 20);

            for (int row = 0; row < 20; row++) {
                if (row == 7) {
                    assertThat(harness.image(INDEX, "r7").getFailure().getCode())
                            .isEqualTo("embedding_refused");
                    assertThat(harness.image(INDEX, "r7").getChunks()).isEmpty();
                } else {
                    assertThat(harness.image(INDEX, "r" + row).getFailure()).isNull();
                    assertThat(harness.image(INDEX, "r" + row).getChunks())
                            .isNotEmpty()
                            .allSatisfy(chunk -> assertThat(chunk.getVector())
                                    .isEqualTo(VectorBytes.encode(FakeProvider.vector(chunk.getText()))));
                }
            }
            assertThat(harness.deadLetters).hasSize(1);
            assertThat(new String(
                            requireNonNull(harness.deadLetters.get(0).headers().lastHeader("freshet-error-message"))
                                    .value(),
                            UTF_8))
                    .contains("no such words, please");
        }
    }

    @Test
    void shouldGiveUpTheRowThatTheProviderAlwaysFailsFor() throws IOException, InterruptedException {
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder = embedder(provider);
                RefreshHarness harness =
                        harness(embedder, embedder.identify().join().fingerprint())) {
            provider.answer(call -> call.texts().stream().anyMatch(text -> text.contains("poison"))
                    ? Answer.of(500, "{\"error\":{\"message\":\"segmentation fault\"}}")
                    : FakeProvider.openAi(call));
            for (int row = 0; row < 20; row++) {
                harness.upsert("r" + row, "Title " + row, row == 7 ? "Has poison." : "Good.");
            }
            runUntil(harness, () -> harness.images.size() == 20);

            assertThat(harness.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("embedding_refused");
                assertThat(letter.message())
                        .contains("fails for this text alone")
                        .contains("segmentation fault")
                        .contains("8 rounds");
            });
            for (int row = 0; row < 20; row++) {
                assertThat(harness.image(INDEX, "r" + row).getFailure() != null).isEqualTo(row == 7);
            }
            assertThat(provider.calls().stream()
                            .filter(call -> call.texts().size() == 1
                                    && call.texts().get(0).contains("poison")))
                    .hasSizeGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void shouldKeepRowsWhileTheKeyIsWrong() throws IOException, InterruptedException {
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder = embedder(provider);
                RefreshHarness harness =
                        harness(embedder, embedder.identify().join().fingerprint())) {
            provider.answer(call -> Answer.of(401, "expired"));
            harness.upsert("1", "Title", "Body.");
            runUntil(harness, () -> harness.count("freshet.embedding.retries") >= 3);
            assertThat(harness.deadLetters).isEmpty();
            assertThat(harness.images).isEmpty();

            provider.answer(FakeProvider::openAi);
            runUntil(harness, () -> harness.images.size() == 1);
            assertThat(harness.image(INDEX, "1").getFailure()).isNull();
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    @Test
    void shouldKeepRowsWhileAnotherModelIsThere() throws IOException, InterruptedException {
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder = embedder(provider);
                RefreshHarness harness = harness(embedder, "of a model that is gone")) {
            harness.upsert("1", "Title", "Body.");
            runUntil(harness, () -> harness.count("freshet.embedding.retries") >= 3);
            assertThat(harness.deadLetters).isEmpty();
            assertThat(harness.images).isEmpty();
            assertThat(provider.calls()).isEmpty();
        }
    }
}
