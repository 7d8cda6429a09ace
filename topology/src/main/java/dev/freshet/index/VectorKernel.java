package dev.freshet.index;

/**
 * The arithmetic that distances are made of, over ranges of arrays. Implementations are stateless and thread-safe, and differ only by rounding and
 * speed. Ranges must lie within their arrays, else {@link IndexOutOfBoundsException}.
 */
interface VectorKernel {
    /** What runs, for people and metrics: {@code scalar}, or {@code simd-} and the bits of a register. */
    String name();

    /** The sum of {@code a[aStart + i] · b[bStart + i]} for i from 0 to {@code length} − 1. */
    float dotProduct(float[] a, int aStart, float[] b, int bStart, int length);

    /** The sum of the squares of {@code a[aStart + i] − b[bStart + i]} for i from 0 to {@code length} − 1. */
    float squaredDifference(float[] a, int aStart, float[] b, int bStart, int length);
}
