package dev.freshet.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ChunkingOptionsTest {
    @Test
    void defaultsAreAThousandCharactersWithoutOverlap() {
        assertThat(ChunkingOptions.DEFAULT).isEqualTo(new ChunkingOptions(1000, 0));
    }

    @Test
    void refusesSizesAndOverlapsOutOfRange() {
        assertRefused(99, 0, "chunk size is 99");
        assertRefused(100_001, 0, "chunk size is 100001");
        assertRefused(1000, -1, "must not be negative");
        assertRefused(1000, 1000, "must be smaller than the chunk size 1000");
        assertRefused(1000, 501, "at most half of the chunk size 1000");
        assertThat(new ChunkingOptions(1000, 500).overlap()).isEqualTo(500);
    }

    private static void assertRefused(int size, int overlap, String message) {
        assertThatThrownBy(() -> new ChunkingOptions(size, overlap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
