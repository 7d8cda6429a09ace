package dev.freshet.ops.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
    private static final int BYTES = 10_000;
    private final Random random = new Random(3);
    private final Path directory;
    private final byte[] content = new byte[BYTES];

    DamageTest(@TempDir Path directory) {
        this.directory = directory;
        random.nextBytes(content);
    }

    @Test
    void shouldFlipOneBit() throws IOException {
        byte[] after = Files.readAllBytes(damaged(Damage.FLIP));
        assertThat(after).hasSize(BYTES);
        int bits = 0;
        for (int i = 0; i < BYTES; i++) {
            bits += Integer.bitCount((after[i] ^ content[i]) & 0xff);
        }
        assertThat(bits).isEqualTo(1);
    }

    @Test
    void shouldCutOffTheEnd() throws IOException {
        byte[] after = Files.readAllBytes(damaged(Damage.TRUNCATE));
        assertThat(after.length).isLessThan(BYTES);
        assertThat(after).isEqualTo(Arrays.copyOf(content, after.length));
    }

    @Test
    void shouldZeroAPart() throws IOException {
        byte[] after = Files.readAllBytes(damaged(Damage.ZERO));
        assertThat(after).hasSize(BYTES);
        int mismatch = Arrays.mismatch(after, content);
        assertThat(mismatch).isNotNegative();
        assertThat(after[mismatch]).isZero();
    }

    @Test
    void shouldWriteAPartToTheWrongPlace() throws IOException {
        byte[] after = Files.readAllBytes(damaged(Damage.MISDIRECT));
        assertThat(after).hasSize(BYTES);
        int from = Arrays.mismatch(after, content) / 512 * 512;
        byte[] sector = Arrays.copyOfRange(after, from, from + 512);
        assertThat(IntStream.range(0, BYTES / 512).filter(i -> i * 512 != from))
                .as("sectors that this one was meant to be")
                .anyMatch(i -> Arrays.equals(sector, Arrays.copyOfRange(content, i * 512, i * 512 + 512)));
    }

    @Test
    void shouldDelete() throws IOException {
        assertThat(damaged(Damage.DELETE)).doesNotExist();
    }

    @Test
    void shouldPutAnotherInItsPlace() throws IOException {
        Path other = Files.write(directory.resolve("other"), new byte[] {1, 2, 3});
        for (Damage damage : List.of(Damage.STALE, Damage.FOREIGN)) {
            Path file = file();
            assertThat(damage.apply(file, List.of(other), Optional.of(other), random))
                    .isTrue();
            assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
            assertThat(damage.apply(file, List.of(), Optional.empty(), random))
                    .as("there is nothing to put there")
                    .isFalse();
        }
    }

    @Test
    void shouldSayThatNothingHappenedToAnEmptyFile() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));
        for (Damage damage : List.of(Damage.FLIP, Damage.TRUNCATE, Damage.ZERO, Damage.MISDIRECT)) {
            assertThat(damage.apply(empty, List.of(), Optional.empty(), random))
                    .as(damage.toString())
                    .isFalse();
        }
    }

    private Path damaged(Damage damage) throws IOException {
        Path file = file();
        assertThat(damage.apply(file, List.of(), Optional.empty(), random)).isTrue();
        return file;
    }

    private Path file() throws IOException {
        return Files.write(directory.resolve("1.snapshot"), content);
    }
}
