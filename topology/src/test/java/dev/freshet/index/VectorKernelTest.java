package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The kernel that runs here (with vector instructions where the machine has them) against plain sums in double precision and the scalar kernel. */
class VectorKernelTest {
    private static final int DIMENSIONS_MAX = 1_600;
    private static final double TOLERANCE = 1e-5;

    private final RandomGenerator random = TestRandom.create(VectorKernelTest.class);
    private final VectorKernel scalar = new ScalarVectorKernel();
    private final VectorKernel current = VectorKernels.current();

    @Test
    void agreesWithTheScalarKernelInEveryDimensionAtAnyOffset() {
        for (int dimensions = 1; dimensions <= DIMENSIONS_MAX; dimensions++) {
            compareAtRandomOffsets(dimensions, 1);
        }
    }

    @Test
    void agreesOnVeryLargeAndVerySmallComponents() {
        for (int round = 0; round < 300; round++) {
            int dimensions = 1 + random.nextInt(DIMENSIONS_MAX);
            compareAtRandomOffsets(dimensions, 1e17);
            compareAtRandomOffsets(dimensions, 1e-12);
            compareAtRandomOffsets(dimensions, 1e-18);
            compareAtRandomOffsets(dimensions, Float.MIN_VALUE);
        }
    }

    @Test
    void agreesOnWhatNormalisationMakesOfDenormalsAndHugeComponents() {
        for (double magnitude : new double[] {Float.MIN_VALUE * 100.0, 1e-38, 1, 1e37}) {
            float[] a = DistanceFunction.COSINE.prepare(vector(383, magnitude));
            float[] b = DistanceFunction.COSINE.prepare(vector(383, magnitude));
            assertThat(DistanceFunction.COSINE.between(a, a)).isCloseTo(0, within((float) TOLERANCE));
            assertThat(DistanceFunction.COSINE.between(a, b))
                    .isCloseTo(1 - scalar.dotProduct(a, 0, b, 0, 383), within((float) TOLERANCE));
        }
    }

    @Test
    void rangesThatDoNotEndWithinTheirArrayAreRefused() {
        float[] vector = vector(100, 1);
        for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
            for (int length : new int[] {1, 7, 64, 99}) {
                int start = 101 - length;
                assertThatThrownBy(() -> kernel.dotProduct(vector, start, vector, 0, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.dotProduct(vector, 0, vector, start, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.squaredDifference(vector, start, vector, 0, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.squaredDifference(vector, 0, vector, -1, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(kernel.dotProduct(vector, 100, vector, 100, 0)).isZero();
            assertThat(kernel.squaredDifference(vector, 3, vector, 50, 0)).isZero();
        }
    }

    @Test
    void distancesLookAtTheirRangesOnly() {
        float[] page = {9, 1, 2, 2, 9, 4, 6, 14, 9};
        assertThat(DistanceFunction.DOT.between(page, 1, page, 5, 3)).isEqualTo(-(4 + 12 + 28));
        assertThat(DistanceFunction.EUCLIDEAN.between(page, 1, page, 5, 3)).isEqualTo(13);
        assertThat(DistanceFunction.COSINE.between(new float[] {9, 0.6f, 0.8f}, 1, new float[] {0.8f, 0.6f, 9}, 0, 2))
                .isCloseTo(1 - 0.96f, within(1e-6f));
    }

    private void compareAtRandomOffsets(int dimensions, double magnitude) {
        float[] a = vector(dimensions + random.nextInt(40), magnitude);
        float[] b = vector(dimensions + random.nextInt(40), magnitude);
        int aStart = random.nextInt(a.length - dimensions + 1);
        int bStart = random.nextInt(b.length - dimensions + 1);
        double dot = 0;
        double dotMagnitude = 0;
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            double product = (double) a[aStart + i] * b[bStart + i];
            double difference = (double) a[aStart + i] - b[bStart + i];
            dot += product;
            dotMagnitude += Math.abs(product);
            squares += difference * difference;
        }
        // Relative to the size of the terms: a sum of large terms that cancel each other has no more exact digits than
        // they have. Below the smallest normal
        // number a float has fewer digits, and each addition may lose one unit.
        double lost = (double) Float.MIN_VALUE * dimensions;
        for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
            assertThat((double) kernel.dotProduct(a, aStart, b, bStart, dimensions))
                    .as("%s, %d dimensions, magnitude %s", kernel.name(), dimensions, magnitude)
                    .isCloseTo(dot, within(TOLERANCE / 2 * dotMagnitude + lost));
            assertThat((double) kernel.squaredDifference(a, aStart, b, bStart, dimensions))
                    .as("%s, %d dimensions, magnitude %s", kernel.name(), dimensions, magnitude)
                    .isCloseTo(squares, within(TOLERANCE / 2 * squares + lost));
        }
    }

    private float[] vector(int dimensions, double magnitude) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (random.nextGaussian() * magnitude);
        }
        return vector;
    }
}
