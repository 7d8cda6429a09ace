package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class HashingEmbedderTest {
    @Test
    void sharedWordsMakeTextsNear() {
        HashingEmbedder embedder = HashingEmbedder.of(64);
        List<float[]> vectors = embedder.embed(
                        List.of("red apples grow here", "Red apples grew there", "tax law of 1913", "tax law of 1913"))
                .join();

        assertThat(embedder.model().name()).isEqualTo("hashing-64");
        assertThat(product(vectors.get(0), vectors.get(1))).isGreaterThan(product(vectors.get(0), vectors.get(2)));
        assertThat(vectors.get(2))
                .containsExactly(vectors.get(3))
                .containsExactly(embedder.embedQuery("tax law of 1913").join());
    }

    @Test
    void vectorsHaveLengthOneEvenWithoutWords() {
        for (int dimensions : new int[] {1, 2, 100}) {
            for (String text : List.of("", "?!", "a", "中文", "\uD800")) {
                float[] vector = HashingEmbedder.of(dimensions).embedQuery(text).join();
                assertThat(vector).hasSize(dimensions);
                assertThat(product(vector, vector)).isCloseTo(1, within(1e-5));
            }
        }
    }

    @Test
    void tooManyTokensAreRefusedForGood() {
        HashingEmbedder embedder = HashingEmbedder.of(8);

        assertThat(embedder.tokens().count("one extraordinary")).isEqualTo(5);
        assertFails(embedder.embed(List.of("a ".repeat(511))), false);
        assertThat(embedder.embed(List.of("a ".repeat(510))).join()).hasSize(1);
    }

    @Test
    void holdsResultsUntilTold() {
        HashingEmbedder embedder = HashingEmbedder.holding(8);
        CompletableFuture<List<float[]>> first = embedder.embed(List.of("first"));
        CompletableFuture<List<float[]>> second = embedder.embed(List.of("second"));

        assertThat(embedder.embedQuery("never held")).isCompleted();
        assertThat(embedder.held()).isEqualTo(2);
        assertThat(embedder.release(1)).isEqualTo(1);
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(embedder.releaseAll()).isEqualTo(1);
        assertThat(second).isCompleted();
    }

    @Test
    void closingFailsWhatIsHeld() {
        HashingEmbedder embedder = HashingEmbedder.holding(8);
        CompletableFuture<List<float[]>> held = embedder.embed(List.of("held"));

        embedder.close();

        assertFails(held, true);
        assertFails(embedder.embed(List.of("late")), true);
        assertFails(embedder.embedQuery("late"), true);
    }

    private static void assertFails(CompletableFuture<?> future, boolean retryable) {
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        EmbeddingException.class,
                        refused -> assertThat(refused.retryable()).isEqualTo(retryable));
    }

    private static double product(float[] left, float[] right) {
        double sum = 0;
        for (int component = 0; component < left.length; component++) {
            sum += (double) left[component] * right[component];
        }
        return sum;
    }
}
