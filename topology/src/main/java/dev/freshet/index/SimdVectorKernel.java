package dev.freshet.index;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * With the processor's vector instructions, through {@code jdk.incubator.vector}. Only {@link VectorKernels} may name this class, by reflection: without that
 * module it cannot be linked. It is compiled apart from the others, because javac warns of every use of an incubating module.
 *
 * <p>Four registers of sums, because a fused multiply-add takes four cycles and two can start in each. What is left after whole registers is added one by one:
 * common dimensions leave nothing.
 */
final class SimdVectorKernel implements VectorKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Bits of a register; below 128 the processor, or this JVM, has no vector instructions to speak of. */
    static int bits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public String name() {
        return "simd-" + bits();
    }

    @Override
    public float dotProduct(float[] a, int aStart, float[] b, int bStart, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (int end = length - length % (4 * LANES); i < end; i += 4 * LANES) {
            sum0 = at(a, aStart + i).fma(at(b, bStart + i), sum0);
            sum1 = at(a, aStart + i + LANES).fma(at(b, bStart + i + LANES), sum1);
            sum2 = at(a, aStart + i + 2 * LANES).fma(at(b, bStart + i + 2 * LANES), sum2);
            sum3 = at(a, aStart + i + 3 * LANES).fma(at(b, bStart + i + 3 * LANES), sum3);
        }
        for (int end = length - length % LANES; i < end; i += LANES) {
            sum0 = at(a, aStart + i).fma(at(b, bStart + i), sum0);
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return sum;
    }

    @Override
    public float squaredDifference(float[] a, int aStart, float[] b, int bStart, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (int end = length - length % (4 * LANES); i < end; i += 4 * LANES) {
            FloatVector d0 = at(a, aStart + i).sub(at(b, bStart + i));
            FloatVector d1 = at(a, aStart + i + LANES).sub(at(b, bStart + i + LANES));
            FloatVector d2 = at(a, aStart + i + 2 * LANES).sub(at(b, bStart + i + 2 * LANES));
            FloatVector d3 = at(a, aStart + i + 3 * LANES).sub(at(b, bStart + i + 3 * LANES));
            sum0 = d0.fma(d0, sum0);
            sum1 = d1.fma(d1, sum1);
            sum2 = d2.fma(d2, sum2);
            sum3 = d3.fma(d3, sum3);
        }
        for (int end = length - length % LANES; i < end; i += LANES) {
            FloatVector d = at(a, aStart + i).sub(at(b, bStart + i));
            sum0 = d.fma(d, sum0);
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            float d = a[aStart + i] - b[bStart + i];
            sum += d * d;
        }
        return sum;
    }

    private static FloatVector at(float[] values, int index) {
        return FloatVector.fromArray(SPECIES, values, index);
    }
}
