package dev.freshet.ops.bench.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.index.DistanceFunction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorSourcesTest {
    private Path directory;

    @BeforeEach
    void use(@TempDir Path temporary) {
        directory = temporary;
    }

    @Test
    void drawsTheSameVectorsFromTheSameSeedAndOthersFromAnother() {
        BenchmarkVectors vectors = new SyntheticVectors(500, 20, 48, 7).load();
        BenchmarkVectors again = new SyntheticVectors(500, 20, 48, 7).load();
        BenchmarkVectors others = new SyntheticVectors(500, 20, 48, 8).load();
        assertThat(vectors.base()).isDeepEqualTo(again.base());
        assertThat(vectors.queries()).isDeepEqualTo(again.queries());
        assertThat(vectors.base().length).isEqualTo(500);
        assertThat(vectors.queries().length).isEqualTo(20);
        assertThat(vectors.dimensions()).isEqualTo(48);
        assertThat(vectors.base()[0]).isNotEqualTo(others.base()[0]).isNotEqualTo(vectors.queries()[0]);
    }

    /** Else the benchmark would say little about embeddings: the nearest of uniformly random vectors are hardly nearer than the others. */
    @Test
    void drawsVectorsWhoseNeighboursAreMuchNearerThanTheOthers() {
        BenchmarkVectors vectors = new SyntheticVectors(2_000, 20, 64, 7).load().prepare(DistanceFunction.COSINE);
        double nearest = 0;
        double all = 0;
        for (float[] query : vectors.queries()) {
            float best = Float.MAX_VALUE;
            for (float[] vector : vectors.base()) {
                float distance = DistanceFunction.COSINE.between(query, vector);
                best = Math.min(best, distance);
                all += distance / vectors.base().length;
            }
            nearest += best;
        }
        assertThat(nearest).isLessThan(all / 2);
    }

    @Test
    void readsRawFilesUpToTheGivenNumber() throws IOException {
        Path base = file("base.f32", 1, 2, 3, 4.5f, -5, 6e-3f);
        Path queries = file("queries.f32", 7, 8, 9);
        BenchmarkVectors vectors = new RawVectorFiles(base, queries, 3, 100, 100).load();
        assertThat(vectors.base()).isDeepEqualTo(new float[][] {{1, 2, 3}, {4.5f, -5, 6e-3f}});
        assertThat(vectors.queries()).isDeepEqualTo(new float[][] {{7, 8, 9}});
        assertThat(new RawVectorFiles(base, queries, 3, 1, 1).load().base()).isDeepEqualTo(new float[][] {{1, 2, 3}});
    }

    @Test
    void refusesFilesThatAreCutOffEmptyOrOfOtherDimensions() throws IOException {
        Path good = file("good.f32", 1, 2, 3);
        Path cut = file("cut.f32", 1, 2, 3);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 11));
        assertThatThrownBy(() -> new RawVectorFiles(cut, good, 3, 1, 1).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.f32 has 11 bytes")
                .hasMessageContaining("12");
        assertThatThrownBy(() -> new RawVectorFiles(good, cut, 3, 1, 1).load())
                .hasMessageContaining("cut.f32 has 11 bytes");
        assertThatThrownBy(() -> new RawVectorFiles(good, good, 2, 1, 1).load())
                .hasMessageContaining("--dimensions is wrong");
        Path empty = Files.createFile(directory.resolve("empty.f32"));
        assertThatThrownBy(() -> new RawVectorFiles(empty, good, 3, 1, 1).load())
                .hasMessageContaining("empty.f32 has 0 bytes");
    }

    @Test
    void namesAVectorThatNoIndexWouldTake() {
        BenchmarkVectors vectors = new BenchmarkVectors(new float[][] {{1, 0}, {0, 0}}, new float[][] {{1, 1}});
        assertThatThrownBy(() -> vectors.prepare(DistanceFunction.COSINE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vector 1: all 2 components are 0");
        assertThat(vectors.prepare(DistanceFunction.DOT).base()).isDeepEqualTo(vectors.base());
    }

    @Test
    void knowsTheNearestAndTakesAnyOfThoseAtTheSameDistance() {
        float[][] base = {{0}, {1}, {2}, {-2}, {9}};
        BenchmarkVectors vectors = new BenchmarkVectors(base, new float[][] {{0}, {8}});
        ExactNeighbors exact = ExactNeighbors.of(vectors, DistanceFunction.EUCLIDEAN, 3);
        assertThat(exact.hits(0, new int[] {0, 1, 2})).isEqualTo(3);
        assertThat(exact.hits(0, new int[] {0, 1, 3})).isEqualTo(3);
        assertThat(exact.hits(0, new int[] {4, 1, 3})).isEqualTo(2);
        assertThat(exact.hits(1, new int[] {4, 2, 1})).isEqualTo(3);
        assertThat(exact.hits(1, new int[] {})).isZero();
    }

    private Path file(String name, float... values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Files.write(directory.resolve(name), bytes.array());
    }
}
