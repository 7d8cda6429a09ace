package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFileTest {
    private final RandomGenerator random = TestRandom.create(VectorFileTest.class);
    private final Path directory;

    VectorFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 768, 4096})
    void showsWhatWasSetWhileItGrowsAndShrinks(int dimensions) {
        OriginalVectors file = OriginalVectors.create(dimensions, new VectorPlace(directory));
        OriginalVectors memory = OriginalVectors.create(dimensions, VectorPlace.MEMORY);
        OriginalVectors.View shown = file.view();
        int size = 0;
        for (int round = 0; round < 20; round++) {
            int changed = random.nextInt(1 + 2_000_000 / dimensions);
            if (random.nextInt(4) == 0) {
                size = Math.max(0, size - changed);
                file.trim(size);
                memory.trim(size);
            } else {
                int from = size;
                size += Math.min(changed, 3_000);
                file.ensure(size);
                memory.ensure(size);
                for (int node = from; node < size; node++) {
                    set(file, memory, node, dimensions);
                }
            }
            for (int i = 0; i < 100 && size > 0; i++) {
                set(file, memory, random.nextInt(size), dimensions);
                int node = random.nextInt(size);
                assertThat(file.copy(node)).isEqualTo(memory.copy(node));
                shown.show(node);
                assertThat(shown.components()).startsWith(memory.copy(node)).hasSize(dimensions);
                assertThat(shown.start()).isZero();
            }
            assertThat(file.fileBytes()).isGreaterThanOrEqualTo((long) size * dimensions * Float.BYTES);
            assertThat(file.bytes()).isZero();
        }
    }

    private void set(OriginalVectors file, OriginalVectors memory, int node, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = random.nextFloat();
        }
        file.set(node, vector);
        memory.set(node, vector);
    }

    @Test
    void makesItsDirectoryAndLeavesNothingInIt() throws IOException {
        Path own = directory.resolve("not").resolve("there");
        OriginalVectors file = OriginalVectors.create(4, new VectorPlace(own));
        assertThat(own).doesNotExist();
        file.ensure(1);
        try (Stream<Path> files = Files.list(own)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void outlivesAnInterruptedWriter() {
        OriginalVectors file = OriginalVectors.create(4, new VectorPlace(directory));
        file.ensure(1);
        file.set(0, new float[] {1, 2, 3, 4});
        int beyond = (int) (file.fileBytes() / 16) + 1;
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> file.ensure(beyond)).isInstanceOf(UncheckedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        file.ensure(beyond);
        file.set(beyond - 1, new float[] {5, 6, 7, 8});
        assertThat(file.copy(0)).containsExactly(1, 2, 3, 4);
        assertThat(file.copy(beyond - 1)).containsExactly(5, 6, 7, 8);
    }

    @Test
    void saysWhereItCannotBe() throws IOException {
        Path notADirectory = Files.createFile(directory.resolve("file"));
        OriginalVectors file = OriginalVectors.create(4, new VectorPlace(notADirectory));
        assertThatThrownBy(() -> file.ensure(1))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot keep vectors on disk in " + notADirectory);
    }
}
