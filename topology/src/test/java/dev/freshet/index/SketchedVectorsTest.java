package dev.freshet.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sketches tell of vectors, and what searches make of it. */
class SketchedVectorsTest {
    private static final int VECTORS = 2_000;
    private static final int QUERIES = 40;

    private final RandomGenerator random = TestRandom.create(SketchedVectorsTest.class);

    @Test
    void aRotationKeepsDotProductsAndSpreadsWhatOneComponentSays() {
        for (int size : new int[] {64, 128, 192, 384, 768, 832, 1536}) {
            Rotation rotation = new Rotation(size);
            float[] a = vector(size);
            float[] b = vector(size);
            double dot = dot(a, b);
            double norms = Math.sqrt(dot(a, a) * dot(b, b));
            rotation.rotate(a);
            rotation.rotate(b);
            assertThat(dot(a, b)).isCloseTo(dot, within(1e-5 * norms));
            float[] single = new float[size];
            single[random.nextInt(size)] = 1;
            rotation.rotate(single);
            assertThat(dot(single, single)).isCloseTo(1, within(1e-5));
            for (float component : single) {
                assertThat(Math.abs(component)).as("of %d components", size).isLessThan((float)
                        Math.min(1, 6 / Math.sqrt(size)));
            }
        }
    }

    /** Whatever they lie around, and also where a few components are far out in all of them. */
    @ParameterizedTest
    @EnumSource(DistanceFunction.class)
    void fewThatAreWithinReachAreLeftOutAndMostThatAreFarBeyond(DistanceFunction distance) {
        for (int dimensions : new int[] {60, 200, 384, 769}) {
            for (float shift : new float[] {0, 3}) {
                float[] around = new float[dimensions];
                for (int i = 0; i < dimensions; i++) {
                    around[i] = shift * (i % 3 - 1) + (i % 50 == 7 ? 10 * shift : 0);
                }
                GraphVectors walked = GraphVectors.walked(parameters(dimensions, distance));
                GraphVectors sketched = new SketchedVectors(
                        GraphVectors.walked(parameters(dimensions, distance)),
                        parameters(dimensions, distance),
                        VECTORS / 2);
                for (int node = 0; node < VECTORS; node++) {
                    float[] vector = distance.prepare(plus(vector(dimensions), around));
                    set(walked, node, vector);
                    set(sketched, node, vector);
                }
                assertLeavesOut(walked, sketched, distance, around);
            }
        }
    }

    private void assertLeavesOut(
            GraphVectors walked, GraphVectors sketched, DistanceFunction distance, float[] around) {
        GraphVectors.Probe exact = walked.probe();
        GraphVectors.Probe probe = sketched.probe();
        int[] nodes = new int[VECTORS];
        Arrays.setAll(nodes, node -> node);
        float[] told = new float[VECTORS];
        int within = 0;
        int withinLeftOut = 0;
        int beyond = 0;
        int beyondLeftOut = 0;
        for (int query = 0; query < QUERIES; query++) {
            // Some that are there, some that are not.
            if (query % 2 == 0) {
                exact.aim(query);
                probe.aim(query);
            } else {
                float[] vector = distance.prepare(plus(vector(around.length), around));
                exact.aim(vector, 0);
                probe.aim(vector, 0);
            }
            float[] distances = new float[VECTORS];
            exact.distances(nodes, VECTORS, Float.POSITIVE_INFINITY, distances);
            float[] sorted = distances.clone();
            Arrays.sort(sorted);
            float reach = sorted[VECTORS / 10];
            probe.distances(nodes, VECTORS, reach, told);
            for (int node = 0; node < VECTORS; node++) {
                boolean leftOut = told[node] == Float.POSITIVE_INFINITY;
                if (!leftOut) {
                    assertThat(told[node]).isEqualTo(distances[node]);
                }
                if (distances[node] <= reach) {
                    within++;
                    withinLeftOut += leftOut ? 1 : 0;
                } else if (distances[node] > sorted[VECTORS / 2]) {
                    beyond++;
                    beyondLeftOut += leftOut ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "%s, %d dimensions: %.4f of those within left out, %.4f of those far beyond%n",
                distance, around.length, (double) withinLeftOut / within, (double) beyondLeftOut / beyond);
        assertThat((double) withinLeftOut / within).isLessThan(0.02);
        assertThat((double) beyondLeftOut / beyond).isGreaterThan(0.3);
    }

    @ParameterizedTest
    @EnumSource(DistanceFunction.class)
    void nothingIsLeftOutWhereNumbersEnd(DistanceFunction distance) {
        int dimensions = 130;
        GraphVectors sketched = new SketchedVectors(
                GraphVectors.walked(parameters(dimensions, distance)), parameters(dimensions, distance), 4);
        float[] huge = new float[dimensions];
        Arrays.fill(huge, 1e38f);
        float[] tiny = new float[dimensions];
        Arrays.fill(tiny, 1e-38f);
        float[] opposite = huge.clone();
        for (int i = 0; i < dimensions; i++) {
            opposite[i] = -huge[i];
        }
        float[][] vectors = {huge, huge, opposite, tiny, huge};
        for (int node = 0; node < vectors.length; node++) {
            set(sketched, node, distance.prepare(vectors[node]));
        }
        GraphVectors.Probe probe = sketched.probe();
        float[] told = new float[vectors.length];
        for (float[] query : vectors) {
            probe.aim(distance.prepare(query), 0);
            for (int node = 0; node < vectors.length; node++) {
                float itself = probe.distance(node);
                if (Float.isFinite(itself)) {
                    probe.distances(new int[] {node}, 1, itself, told);
                    assertThat(told[0]).isEqualTo(itself);
                }
            }
        }
    }

    @Test
    void equalVectorsAreNeverLeftOut() {
        int dimensions = 200;
        GraphVectors sketched = new SketchedVectors(
                GraphVectors.walked(parameters(dimensions, DistanceFunction.EUCLIDEAN)),
                parameters(dimensions, DistanceFunction.EUCLIDEAN),
                10);
        float[] vector = vector(dimensions);
        for (int node = 0; node < 30; node++) {
            set(sketched, node, vector);
        }
        GraphVectors.Probe probe = sketched.probe();
        probe.aim(vector, 0);
        float[] told = new float[3];
        probe.distances(new int[] {3, 12, 29}, 3, 0, told);
        assertThat(told).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Quantization.class)
    void findsWhatAnIndexWithoutSketchesFinds(Quantization quantization) {
        int dimensions = 384;
        VectorIndexParameters parameters =
                new VectorIndexParameters(dimensions, DistanceFunction.COSINE, 16, 100, quantization);
        float[][] centers = SeededRandom.centers(random, 10, dimensions);
        List<SlotVector> additions = additions(3_000, centers);
        CompactIndex plain = new CompactIndex(parameters, GraphVectors.walked(parameters));
        CompactIndex sketched = new CompactIndex(parameters);
        assertThat(sketched.graph().vectors()).isInstanceOf(SketchedVectors.class);
        Executor none = task -> {};
        plain.addAll(additions, none, 1);
        sketched.addAll(additions, none, 1);
        double plainHits = 0;
        double sketchedHits = 0;
        int searches = 300;
        for (int search = 0; search < searches; search++) {
            float[] query = DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers));
            List<Neighbor> exact = plain.searchExact(query, 10, null);
            plainHits += CodedVectorsTest.hits(exact, plain.search(query, 10, 20, null));
            sketchedHits += CodedVectorsTest.hits(exact, sketched.search(query, 10, 20, null));
        }
        System.out.println(quantization + ": without sketches " + plainHits / searches / 10 + ", with "
                + sketchedHits / searches / 10);
        assertThat(sketchedHits / searches / 10).isGreaterThanOrEqualTo(plainHits / searches / 10 - 0.01);
    }

    @Test
    void aSnapshotIsSketchedWhenItIsRead(@TempDir Path directory) throws IOException {
        VectorIndexParameters parameters = new VectorIndexParameters(256, DistanceFunction.COSINE, 16, 100);
        float[][] centers = SeededRandom.centers(random, 20, 256);
        CompactIndex index = new CompactIndex(parameters);
        additions(1_500, centers)
                .forEach(addition -> index.add(addition.slot(), addition.version(), addition.vector()));
        Path file = directory.resolve("index.snapshot");
        try (SnapshotWriter writer =
                SnapshotWriter.create(file, new SnapshotHeader("compact", 7, 0, "", parameters, 42, 1))) {
            index.writeSnapshot(writer);
            writer.commit();
        }
        CompactIndex restored = CompactIndexTest.restore(file);
        assertThat(restored.statistics().bytes()).isCloseTo(index.statistics().bytes(), within(100_000L));
        for (int slot = 0; slot < 1_500; slot++) {
            float[] vector = requireNonNull(restored.vector(slot));
            assertThat(restored.search(vector, 1, 100, null))
                    .containsExactly(new Neighbor(slot, restored.distance(vector, slot)));
        }
    }

    private List<SlotVector> additions(int count, float[][] centers) {
        List<SlotVector> additions = new ArrayList<>();
        for (int slot = 0; slot < count; slot++) {
            additions.add(
                    new SlotVector(slot, 1, DistanceFunction.COSINE.prepare(SeededRandom.clustered(random, centers))));
        }
        return additions;
    }

    private static VectorIndexParameters parameters(int dimensions, DistanceFunction distance) {
        return new VectorIndexParameters(dimensions, distance, 16, 100);
    }

    private static void set(GraphVectors vectors, int node, float[] vector) {
        vectors.ensure(node + 1);
        vectors.set(node, vector);
    }

    private float[] vector(int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static float[] plus(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            a[i] += b[i];
        }
        return a;
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
