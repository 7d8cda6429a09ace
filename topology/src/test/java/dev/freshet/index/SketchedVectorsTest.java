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
                GraphVectors walked = GraphVectors.walked(parameters(dimensions, distance), VectorPlace.MEMORY);
                GraphVectors sketched = new SketchedVectors(
                        GraphVectors.walked(parameters(dimensions, distance), VectorPlace.MEMORY),
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
                GraphVectors.walked(parameters(dimensions, distance), VectorPlace.MEMORY),
                parameters(dimensions, distance),
                4);
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

    @ParameterizedTest
    @EnumSource(DistanceFunction.class)
    void whatEqualsTheQueryIsNotLeftOut(DistanceFunction distance) {
        for (int dimensions : new int[] {60, 200, 768, 1536}) {
            VectorIndexParameters parameters = parameters(dimensions, distance);
            GraphVectors sketched =
                    new SketchedVectors(GraphVectors.walked(parameters, VectorPlace.MEMORY), parameters, 10);
            for (int node = 0; node < 100; node++) {
                set(sketched, node, distance.prepare(vector(dimensions)));
            }
            GraphVectors.Probe probe = sketched.probe();
            float[] told = new float[1];
            for (int node = 0; node < 100; node++) {
                probe.aim(node);
                float itself = probe.distance(node);
                probe.distances(new int[] {node}, 1, itself, told);
                assertThat(told[0]).as("%d dimensions", dimensions).isEqualTo(itself);
            }
        }
    }

    @Test
    void aProbeThatIsAimedAsksTheSketchesOfNodesThatCameLater() {
        int dimensions = 200;
        VectorIndexParameters parameters = parameters(dimensions, DistanceFunction.EUCLIDEAN);
        GraphVectors sketched =
                new SketchedVectors(GraphVectors.walked(parameters, VectorPlace.MEMORY), parameters, 10);
        for (int node = 0; node < 39; node++) {
            set(sketched, node, vector(dimensions));
        }
        GraphVectors.Probe probe = sketched.probe();
        float[] query = vector(dimensions);
        probe.aim(query, 0);
        int[] nodes = new int[2_000];
        Arrays.setAll(nodes, node -> node);
        float[] told = new float[nodes.length];
        probe.distances(nodes, 39, 1, told);
        // Two renewals later, those that were there hold other vectors too. Near ones, which the first sketches say
        // nothing of.
        for (int node = 39; node < nodes.length; node++) {
            set(sketched, node, vector(dimensions));
        }
        for (int node = 0; node < nodes.length; node += 3) {
            float[] near = query.clone();
            near[node % dimensions] += 1;
            set(sketched, node, near);
        }
        probe.distances(nodes, nodes.length, 10, told);
        for (int node = 0; node < nodes.length; node++) {
            if (node % 3 == 0) {
                assertThat(told[node]).isCloseTo(1, within(1e-4f));
            } else {
                assertThat(told[node]).isGreaterThan(10);
            }
        }
        assertThat(told).contains(Float.POSITIVE_INFINITY);
    }

    /**
     * Equal vectors have equal sketches, so all of them are estimated wrongly or none. Here a search has more of the crowd than candidates before it comes to what stands around it, and often never does, sketches or not; without
     * the rule that a node as far as the reach is gone on from exactly, ten more of all these are missed.
     */
    @Test
    void aCrowdOfEqualVectorsHidesNobodyWhomItDoesNotHideWithoutSketches() {
        int dimensions = 100;
        VectorIndexParameters parameters = parameters(dimensions, DistanceFunction.EUCLIDEAN);
        int missed = 0;
        int missedSketched = 0;
        for (int round = 0; round < 20; round++) {
            // With the crowd alone before sketches are made, it is their center.
            boolean crowdFirst = round % 2 == 0;
            CompactIndex plain = new CompactIndex(parameters, GraphVectors.walked(parameters, VectorPlace.MEMORY));
            CompactIndex sketched = new CompactIndex(
                    parameters,
                    new SketchedVectors(
                            GraphVectors.walked(parameters, VectorPlace.MEMORY), parameters, crowdFirst ? 100 : 600));
            float[] same = vector(dimensions);
            List<float[]> around = new ArrayList<>();
            for (int slot = 0; slot < 700; slot++) {
                boolean inCrowd = crowdFirst ? slot < 350 : slot % 2 == 0;
                float[] vector = inCrowd ? same : plus(vector(dimensions), same);
                plain.add(slot, 1, vector.clone());
                sketched.add(slot, 1, vector.clone());
                if (!inCrowd) {
                    around.add(vector);
                }
            }
            for (float[] query : around) {
                missed += plain.search(query, 1, 40, null).get(0).distance() > 0 ? 1 : 0;
                missedSketched += sketched.search(query, 1, 40, null).get(0).distance() > 0 ? 1 : 0;
            }
        }
        System.out.println("around crowds, missed without sketches: " + missed + ", with: " + missedSketched);
        assertThat(missedSketched).isLessThanOrEqualTo(missed + 4);
    }

    @ParameterizedTest
    @EnumSource(Quantization.class)
    void findsWhatAnIndexWithoutSketchesFinds(Quantization quantization) {
        int dimensions = 384;
        VectorIndexParameters parameters =
                new VectorIndexParameters(dimensions, DistanceFunction.COSINE, 16, 100, quantization);
        float[][] centers = SeededRandom.centers(random, 30, dimensions);
        List<SlotVector> additions = additions(3_000, centers);
        CompactIndex plain = new CompactIndex(parameters, GraphVectors.walked(parameters, VectorPlace.MEMORY));
        CompactIndex sketched = new CompactIndex(parameters, VectorPlace.MEMORY);
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
            plainHits += CodedVectorsTest.hits(exact, plain.search(query, 10, 50, null));
            sketchedHits += CodedVectorsTest.hits(exact, sketched.search(query, 10, 50, null));
        }
        System.out.println(quantization + ": without sketches " + plainHits / searches / 10 + ", with "
                + sketchedHits / searches / 10);
        assertThat(sketchedHits / searches / 10).isGreaterThanOrEqualTo(plainHits / searches / 10 - 0.01);
    }

    @Test
    void aSnapshotIsSketchedWhenItIsRead(@TempDir Path directory) throws IOException {
        VectorIndexParameters parameters = new VectorIndexParameters(256, DistanceFunction.COSINE, 16, 100);
        float[][] centers = SeededRandom.centers(random, 20, 256);
        CompactIndex index = new CompactIndex(parameters, VectorPlace.MEMORY);
        additions(1_500, centers)
                .forEach(addition -> index.add(addition.slot(), addition.version(), addition.vector()));
        Path file = directory.resolve("index.snapshot");
        try (SnapshotWriter writer =
                SnapshotWriter.create(file, new SnapshotHeader("compact", 7, 0, "", parameters, 42, 1))) {
            index.writeSnapshot(writer);
            writer.commit();
        }
        CompactIndex restored = CompactIndexTest.restore(file, VectorPlace.MEMORY);
        long sketches = 1_500L * (1 + 256 / Long.SIZE) * Long.BYTES;
        assertThat(restored.graph().vectors().bytes())
                .isEqualTo(index.graph().vectors().bytes())
                .isGreaterThan(1_500L * 256 * Float.BYTES + sketches);
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
