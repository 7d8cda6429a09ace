package dev.freshet.index;

/**
 * The arithmetic that distances are made of, over ranges of arrays. Implementations are stateless and thread-safe, and differ only by rounding of floats
 * and speed. Ranges must lie within their arrays, else {@link IndexOutOfBoundsException}.
 */
interface VectorKernel {
    /** What runs, for people and metrics: {@code scalar}, or {@code simd-} and the bits of a register. */
    String name();

    /** The sum of {@code a[aStart + i] · b[bStart + i]} for i from 0 to {@code length} − 1. */
    float dotProduct(float[] a, int aStart, float[] b, int bStart, int length);

    /** The sum of the squares of {@code a[aStart + i] − b[bStart + i]} for i from 0 to {@code length} − 1. */
    float squaredDifference(float[] a, int aStart, float[] b, int bStart, int length);

    /** The sum of {@code a[aStart + i] · b[bStart + i]} for i from 0 to {@code length} − 1, exactly. All elements must be 0 to 127, and {@code length} at most 100,000, else the sum is any. */
    int dotProduct(byte[] a, int aStart, byte[] b, int bStart, int length);

    /**
     * The same for one vector that is compared with many. Its elements lie as suits that: first those with an even place, then those with an odd one.
     *
     * @param split as many elements as {@code length}, 0 to 127
     */
    int dotProduct(short[] split, byte[] codes, int start, int length);

    /**
     * The steps of a Walsh-Hadamard transform that combine elements {@code half} and more apart, in place: of two that are {@code half} apart, within each {@code 2 · half}, it leaves the sum and the difference; then the same with twice as much, until {@code half} is half
     * of {@code length}.
     *
     * @param length of the range, a power of two
     * @param half a power of two, at most {@code length}
     */
    void addAndSubtract(float[] values, int start, int length, int half);
}
