package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EmbeddersTest {
    private static final OnnxOptions OPTIONS = new OnnxOptions(1, 100);

    @Test
    void standardModelsHoldTheDefault() {
        try (Embedders embedders = Embedders.standard(OPTIONS)) {
            assertThat(embedders.names()).containsExactly(Embedders.DEFAULT_MODEL);
        }
    }

    @Test
    void unknownNameIsRefusedWithTheKnownOnes() {
        try (Embedders embedders = Embedders.builder()
                .addMiniLm(OPTIONS)
                .add(HashingEmbedder.of(16))
                .build()) {
            assertThatThrownBy(() -> embedders.byName("gpt"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'gpt'")
                    .hasMessageContaining("all-minilm-l6-v2-q, hashing-16");
        }
    }

    @Test
    void modelIsLoadedAtFirstUseAndOnce() {
        AtomicInteger reads = new AtomicInteger();
        try (Embedders embedders = Embedders.builder()
                .addOnnx(
                        MiniLm.NAME,
                        () -> {
                            reads.incrementAndGet();
                            return MiniLm.files();
                        },
                        OPTIONS)
                .build()) {
            assertThat(reads).hasValue(0);

            List<CompletableFuture<Embedder>> asked = IntStream.range(0, 4)
                    .mapToObj(index -> CompletableFuture.supplyAsync(() -> embedders.byName(MiniLm.NAME)))
                    .toList();

            assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
            assertThat(embedders.identify(MiniLm.NAME).join())
                    .isEqualTo(asked.get(0).join().model());
            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void sameNameTwiceIsRefused() {
        Embedders.Builder builder = Embedders.builder().add(HashingEmbedder.of(16));

        assertThatThrownBy(() -> builder.add(HashingEmbedder.of(16))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingClosesEmbeddersWhetherAskedForOrNot() {
        HashingEmbedder embedder = HashingEmbedder.of(16);
        Embedders embedders = Embedders.builder().add(embedder).build();

        embedders.close();

        assertThat(embedder.embedQuery("late")).isCompletedExceptionally();
        assertThatThrownBy(() -> embedders.byName("hashing-16")).isInstanceOf(IllegalStateException.class);
    }
}
