package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MeasuredEmbeddersTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Pending pending = new Pending(HashingEmbedder.of(8));
    private final MeasuredEmbedders embedders = new MeasuredEmbedders(name -> pending, metrics);

    /** Answers row calls when and how the test says, and queries at once. */
    private static final class Pending implements Embedder {
        private final HashingEmbedder hashing;
        private CompletableFuture<List<float[]>> next = new CompletableFuture<>();
        private boolean closed;

        Pending(HashingEmbedder hashing) {
            this.hashing = hashing;
        }

        @Override
        public ModelInfo model() {
            return hashing.model();
        }

        @Override
        public TokenCounter tokens() {
            return hashing.tokens();
        }

        @Override
        public CompletableFuture<List<float[]>> embed(List<String> texts) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            return next;
        }

        @Override
        public CompletableFuture<float[]> embedQuery(String text) {
            return hashing.embedQuery(text);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void countsCallsByHowTheyEnded() {
        Embedder embedder = embedders.apply("hashing-8");
        assertThat(embedders.apply("hashing-8")).isSameAs(embedder);
        assertThat(embedder.model()).isEqualTo(pending.model());

        CompletableFuture<List<float[]>> call = embedder.embed(List.of("one"));
        embedder.embed(pending.model().fingerprint(), List.of("two"));
        assertThat(inFlight()).isEqualTo(2);
        pending.next.complete(List.of(new float[8]));
        assertThat(call).isCompleted();
        assertThat(inFlight()).isZero();

        pending.next = CompletableFuture.failedFuture(new EmbeddingException(false, "too long", null));
        assertThat(embedder.embed(List.of("three"))).isCompletedExceptionally();
        pending.next = CompletableFuture.failedFuture(new EmbeddingException(true, "overloaded", null));
        assertThat(embedder.embed(List.of("four"))).isCompletedExceptionally();
        assertThat(embedder.embed("another", List.of("five"))).isCompletedExceptionally();
        assertThat(embedder.embedQuery("six")).isCompleted();
        assertThat(embedder.embedQuery(pending.model().fingerprint(), "seven")).isCompleted();

        assertThat(calls("row", "ok")).isEqualTo(2);
        assertThat(calls("row", "refused")).isEqualTo(1);
        assertThat(calls("row", "failed")).isEqualTo(2);
        assertThat(calls("query", "ok")).isEqualTo(2);
    }

    @Test
    void countsACallThatThrows() {
        Embedder embedder = embedders.apply("hashing-8");
        embedder.close();
        assertThatThrownBy(() -> embedder.embed(List.of("late"))).isInstanceOf(IllegalStateException.class);
        assertThat(inFlight()).isZero();
        assertThat(calls("row", "failed")).isEqualTo(1);
    }

    private long calls(String purpose, String outcome) {
        return metrics.get("freshet.embedding.calls")
                .tag("model", "hashing-8")
                .tag("purpose", purpose)
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private double inFlight() {
        return metrics.get("freshet.embedding.calls.in.flight").gauge().value();
    }
}
