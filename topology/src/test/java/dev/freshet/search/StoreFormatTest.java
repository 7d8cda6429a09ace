package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreFormatTest {
    @Test
    void shouldReadRowsAsTheyWereWritten() {
        RandomGenerator random = TestRandom.create(StoreFormatTest.class);
        for (int round = 0; round < 500; round++) {
            StoredRow row = new StoredRow(
                    random.nextLong(),
                    random.nextInt(),
                    random.nextBoolean() ? null : new RowFailure(text(random), text(random)),
                    "{\"a\":\"" + text(random) + "\"}",
                    random.ints(random.nextInt(4)).toArray(),
                    random.nextInt(3) == 0 ? null : source(random));

            StoredRow read = StoreFormat.decodeRow(StoreFormat.encode(row));

            assertThat(read).usingRecursiveComparison().isEqualTo(row);
        }
    }

    @Test
    void shouldReadRowsOfTheFirstFormat() {
        byte[] metadata = "{}".getBytes(UTF_8);
        ByteBuffer old = ByteBuffer.allocate(1 + 8 + 4 + 1 + 4 + metadata.length + 4 + 4)
                .put((byte) 1)
                .putLong(77)
                .putInt(2)
                .put((byte) 0)
                .putInt(metadata.length)
                .put(metadata)
                .putInt(1)
                .putInt(5);

        StoredRow read = StoreFormat.decodeRow(old.array());

        assertThat(read).usingRecursiveComparison().isEqualTo(new StoredRow(77, 2, null, "{}", new int[] {5}, null));
    }

    @Test
    void shouldRefuseRowsOfAnotherFormat() {
        byte[] row = StoreFormat.encode(new StoredRow(1, 0, null, "{}", new int[0], null));
        row[0] = 3;

        assertThatThrownBy(() -> StoreFormat.decodeRow(row))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 3");
    }

    private static RowSource source(RandomGenerator random) {
        return new RowSource(
                text(random),
                orNull(random),
                orNull(random),
                orNull(random),
                random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextInt()));
    }

    private static @Nullable String orNull(RandomGenerator random) {
        return random.nextBoolean() ? null : text(random);
    }

    private static String text(RandomGenerator random) {
        return random.ints(random.nextInt(12), 'a', 0x3b1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
