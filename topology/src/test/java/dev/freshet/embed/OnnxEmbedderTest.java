package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnnxEmbedderTest {
    private final OnnxModelFiles files = MiniLm.files();
    private OnnxEmbedder embedder = new OnnxEmbedder(files, new OnnxOptions(2, 1000));

    @BeforeAll
    void printSeed() {
        System.out.println("OnnxEmbedderTest: -Dfreshet.test.seed=" + seed());
    }

    @AfterAll
    void close() {
        embedder.close();
    }

    private static long seed() {
        return Long.getLong("freshet.test.seed", 42);
    }

    @Test
    void modelIsNamedAndFingerprinted() {
        ModelInfo model = embedder.model();

        assertThat(model.name()).isEqualTo("all-minilm-l6-v2-q");
        assertThat(model.version()).matches("\\d+\\.\\d+.*");
        assertThat(model.dimensions()).isEqualTo(384);
        assertThat(model.maxTokens()).isEqualTo(256);
        assertThat(model.fingerprint())
                .matches("[0-9a-f]{64}")
                .isEqualTo(MiniLm.files().info().fingerprint());
    }

    @Test
    void paraphrasesAreNearerThanUnrelatedTexts() {
        List<float[]> vectors = embedder.embed(List.of(
                        "The cat sleeps on the sofa.",
                        "A kitten is napping on the couch.",
                        "The central bank raised its interest rate."))
                .join();

        assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(0.5);
        assertThat(cosine(vectors.get(0), vectors.get(2))).isLessThan(0.2);
    }

    @Test
    void aTextWhoseTokensWereCountedHasTheSameVector() {
        String text = "The pump was replaced at night, wrote the engineer on duty.";
        float[] uncounted = embedder.embedQuery(text).join();

        assertThat(embedder.tokens().count(text)).isGreaterThan(10);
        assertThat(embedder.embed(List.of(text)).join().get(0)).containsExactly(uncounted);
        assertThat(embedder.embedQuery(text).join()).containsExactly(uncounted);
    }

    @Test
    void vectorsHaveLengthOne() {
        for (float[] vector :
                embedder.embed(List.of("", "a", "A longer text about nothing.")).join()) {
            assertThat(vector).hasSize(384);
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void aTextHasTheSameVectorAloneAndAmidOthersFromAnyWorker() {
        Random random = new Random(seed());
        List<String> texts = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            texts.add("word" + index + " and again ".repeat(1 + random.nextInt(30)) + random.nextInt());
        }
        List<float[]> alone =
                texts.stream().map(text -> embedder.embedQuery(text).join()).toList();
        for (int round = 0; round < 3; round++) {
            List<Integer> order = new ArrayList<>();
            for (int index = 0; index < texts.size(); index++) {
                order.add(index);
            }
            Collections.shuffle(order, random);
            List<float[]> amid =
                    embedder.embed(order.stream().map(texts::get).toList()).join();
            for (int place = 0; place < amid.size(); place++) {
                assertThat(amid.get(place)).containsExactly(alone.get(order.get(place)));
            }
        }
    }

    @Test
    void textOfTheMostTokensIsEmbeddedAndOneMoreIsRefusedForGood() {
        String longest = "word ".repeat(254);
        String tooLong = "word ".repeat(255);

        assertThat(embedder.tokens().count(longest)).isEqualTo(256);
        assertThat(embedder.tokens().count(tooLong)).isEqualTo(257);
        assertThat(embedder.tokens().count("word ".repeat(3000))).isEqualTo(3002);
        assertThat(embedder.embedQuery(longest).join()).hasSize(384);
        assertRefused(embedder.embedQuery(tooLong), false, "257 tokens");
        assertRefused(embedder.embed(List.of("fine", tooLong, "fine")), false, "257 tokens");
    }

    @Test
    void nothingIsPadded() {
        assertThat(embedder.tokens().count("word")).isEqualTo(3);
    }

    @Test
    void theEndOfALongTextMatters() {
        String start = "word ".repeat(200);

        assertThat(embedder.embedQuery(start + "one").join())
                .isNotEqualTo(embedder.embedQuery(start + "two").join());
    }

    @Test
    void oddTextsAreEmbedded() {
        List<String> odd = List.of(
                "",
                " ",
                "\u0000",
                "\uD800",
                "\uDC00",
                "a\uD83Db",
                "👨‍👩‍👧‍👦🇩🇪",
                "中文",
                "ภาษาไทย",
                "नमस्ते",
                "e\u0301\u0323",
                "\uFFFF",
                "\u202Eabc",
                "x".repeat(5000));

        assertThat(embedder.embed(odd).join()).hasSize(odd.size()).allSatisfy(vector -> {
            for (float component : vector) {
                assertThat(component).isFinite();
            }
        });
        assertThat(embedder.embedQuery("a\uD800b").join())
                .isEqualTo(embedder.embedQuery("a\uFFFDb").join());
    }

    @Test
    void noTextsAreNoVectors() {
        assertThat(embedder.embed(List.of()).join()).isEmpty();
    }

    @Test
    void queriesOvertakeRows() {
        try (OnnxEmbedder single = new OnnxEmbedder(files, new OnnxOptions(1, 1000))) {
            CompletableFuture<List<float[]>> rows = single.embed(Collections.nCopies(100, "some words ".repeat(40)));

            single.embedQuery("a question").join();

            assertThat(rows).isNotDone();
            assertThat(rows.join()).hasSize(100);
        }
    }

    @Test
    void moreThanMayWaitIsRefusedWholeAndForNowOnly() {
        try (OnnxEmbedder small = new OnnxEmbedder(files, new OnnxOptions(1, 10))) {
            assertRefused(small.embed(Collections.nCopies(11, "a")), true, "more than 10 texts");

            CompletableFuture<List<float[]>> accepted = small.embed(Collections.nCopies(10, "some words ".repeat(50)));
            assertRefused(small.embed(Collections.nCopies(10, "a")), true, "more than 10 texts");

            assertThat(accepted.join()).hasSize(10);
            assertThat(small.embed(Collections.nCopies(10, "a")).join()).hasSize(10);
        }
    }

    @Test
    void closingFailsWhatWaitsAndEndsTheThreads() {
        OnnxEmbedder closing = new OnnxEmbedder(files, new OnnxOptions(1, 1000));
        CompletableFuture<List<float[]>> waiting = closing.embed(Collections.nCopies(500, "some words ".repeat(60)));

        closing.close();
        closing.close();

        assertRefused(waiting, true, "closed");
        assertRefused(closing.embedQuery("late"), true, "closed");
        assertRefused(closing.embed(List.of("late")), true, "closed");
        assertThatThrownBy(() -> closing.tokens().count("late")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void filesThatAreNoModelAreRefused() {
        OnnxModelFiles bad = OnnxModelFiles.of("bad", "1", 384, 256, new byte[100], files.tokenizer());
        OnnxModelFiles badTokenizer = OnnxModelFiles.of("bad", "1", 384, 256, files.model(), new byte[] {'{'});
        OnnxModelFiles wrongDimensions = OnnxModelFiles.of("wrong", "1", 100, 256, files.model(), files.tokenizer());
        OnnxOptions options = new OnnxOptions(1, 10);

        assertThatThrownBy(() -> new OnnxEmbedder(bad, options)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OnnxEmbedder(badTokenizer, options)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OnnxEmbedder(wrongDimensions, options))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(CompletableFuture<?> future, boolean retryable, String message) {
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(EmbeddingException.class, refused -> {
                    assertThat(refused.retryable()).isEqualTo(retryable);
                    assertThat(refused).hasMessageContaining(message);
                });
    }

    private static double cosine(float[] left, float[] right) {
        double sum = 0;
        for (int component = 0; component < left.length; component++) {
            sum += (double) left[component] * right[component];
        }
        return sum;
    }
}
