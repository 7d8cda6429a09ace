package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The kernel that runs here (with vector instructions where the machine has them) against plain sums in double precision and the scalar kernel. */
class VectorKernelTest {
    private static final int DIMENSIONS_MAX = 1_600;
    private static final double TOLERANCE = 1e-5;

    /** What HotSpot inlines at most: its option {@code FreqInlineSize}, in bytes of code. */
    private static final int INLINED_BYTES_MAX = 325;

    private static final Pattern METHOD = Pattern.compile("  \\S.*;");
    private static final Pattern INSTRUCTION = Pattern.compile(" +(\\d+): \\w+.*");

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
    void productsOfCodesAreExactInEveryDimensionAtAnyOffset() {
        for (int dimensions = 0; dimensions <= DIMENSIONS_MAX; dimensions++) {
            compareCodes(codes(dimensions + random.nextInt(140)), codes(dimensions + random.nextInt(140)), dimensions);
        }
    }

    @Test
    void theLargestCodesDoNotOverflow() {
        for (int dimensions : new int[] {1, 63, 64, 127, 128, 129, 1_000, 100_000}) {
            byte[] largest = new byte[dimensions];
            Arrays.fill(largest, (byte) CodeScale.CODE_MAX);
            compareCodes(largest, largest, dimensions);
        }
    }

    private void compareCodes(byte[] a, byte[] b, int dimensions) {
        int aStart = random.nextInt(a.length - dimensions + 1);
        int bStart = random.nextInt(b.length - dimensions + 1);
        short[] split = new short[dimensions];
        long product = 0;
        for (int i = 0; i < dimensions; i++) {
            product += (long) a[aStart + i] * b[bStart + i];
            split[i / 2 + (i % 2) * ((dimensions + 1) / 2)] = a[aStart + i];
        }
        for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
            assertThat(kernel.dotProduct(a, aStart, b, bStart, dimensions))
                    .as("%s, %d dimensions", kernel.name(), dimensions)
                    .isEqualTo(product);
            assertThat(kernel.dotProduct(split, b, bStart, dimensions))
                    .as("%s, %d dimensions, split", kernel.name(), dimensions)
                    .isEqualTo(product);
        }
    }

    private byte[] codes(int count) {
        byte[] codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) random.nextInt(CodeScale.CODE_MAX + 1);
        }
        return codes;
    }

    @Test
    void rangesOfCodesThatDoNotEndWithinTheirArrayAreRefused() {
        byte[] codes = codes(200);
        for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
            for (int length : new int[] {1, 7, 64, 128, 199}) {
                int start = 201 - length;
                assertThatThrownBy(() -> kernel.dotProduct(codes, start, codes, 0, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.dotProduct(codes, 0, codes, start, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.dotProduct(new short[length], codes, start, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernel.dotProduct(new short[length - 1], codes, 0, length))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
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

    /** Why they must be is in {@link SimdVectorKernel}. */
    @Test
    void loopsOverVectorsAreTooLargeToBeInlined() {
        Map<String, Integer> sizes = methodSizes("SimdVectorKernel.class");
        sizes.keySet()
                .removeIf(method -> !method.contains(" dotProduct(")
                        && !method.contains(" squaredDifference(")
                        && !method.contains(" addAndSubtract("));
        assertThat(sizes)
                .hasSize(5)
                .allSatisfy((method, size) -> assertThat(size).as(method).isGreaterThan(INLINED_BYTES_MAX));
    }

    @Test
    void transformsAsItsDefinitionSays() {
        for (int length = 1; length <= 2_048; length *= 2) {
            for (int half = 1; half <= length; half *= 2) {
                float[] before = vector(length + random.nextInt(40), 1);
                int start = random.nextInt(before.length - length + 1);
                double[] expected = new double[before.length];
                for (int i = 0; i < before.length; i++) {
                    expected[i] = before[i];
                }
                for (int i = start; i < start + length; i++) {
                    expected[i] = transformed(before, start, length, half, i - start);
                }
                for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
                    float[] after = before.clone();
                    kernel.addAndSubtract(after, start, length, half);
                    for (int i = 0; i < after.length; i++) {
                        assertThat((double) after[i])
                                .as("%s, %d of %d from %d", kernel.name(), i, length, half)
                                .isCloseTo(expected[i], within(length * TOLERANCE));
                    }
                }
            }
        }
    }

    /** The sum of all elements whose place differs in bits from {@code half} on only, each negative if an odd number of these bits are set in both places. */
    private static double transformed(float[] values, int start, int length, int half, int place) {
        double sum = 0;
        for (int other = place % half; other < length; other += half) {
            int sign = Integer.bitCount((place / half) & (other / half)) % 2 == 0 ? 1 : -1;
            sum += (double) sign * values[start + other];
        }
        return sum;
    }

    @Test
    void rangesToTransformThatDoNotEndWithinTheirArrayAreRefused() {
        for (VectorKernel kernel : new VectorKernel[] {scalar, current}) {
            float[] vector = vector(100, 1);
            float[] before = vector.clone();
            assertThatThrownBy(() -> kernel.addAndSubtract(vector, 37, 64, 8))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> kernel.addAndSubtract(vector, -1, 64, 8))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(vector).isEqualTo(before);
        }
    }

    /** The bytes of code of a class's methods, by what javap prints above each. */
    private static Map<String, Integer> methodSizes(String classFile) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        String path = String.valueOf(VectorKernel.class.getResource(classFile));
        assertThat(ToolProvider.findFirst("javap").orElseThrow().run(out, out, "-p", "-c", path))
                .as("javap -p -c %s: %s", path, text)
                .isZero();
        Map<String, Integer> sizes = new HashMap<>();
        String method = "";
        for (String line : text.toString().lines().toList()) {
            Matcher instruction = INSTRUCTION.matcher(line);
            if (METHOD.matcher(line).matches()) {
                method = line;
            } else if (instruction.matches()) {
                // The last instruction of a method returns from it, and is one byte long.
                sizes.put(method, Integer.parseInt(instruction.group(1)) + 1);
            }
        }
        return sizes;
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
