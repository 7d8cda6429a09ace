package dev.freshet.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Vectors as codes ({@link CodeScale}), side by side in pages as in {@link VectorPages}, and with the same rules for threads.
 *
 * <pre>
 * vector := middle (4) step (4) sum of the codes (4) squares (4) code(1 × dimensions)
 * </pre>
 *
 * <p>A component is about {@code middle + step × (code − 64)}. What a walk needs of a vector lies together, so that it waits for memory once.
 *
 * <p>The dot product of two such vectors follows from the dot product of their codes, which is exact, and their heads. Codes are taken from the middle, in integers, so that what is added up in
 * floats is not much larger than the result.
 */
final class CodePages {
    static final int HEAD_BYTES = 16;
    private static final int STEP = 4;
    private static final int SUM = 8;
    private static final int SQUARES = 12;
    private static final int PAGE_BYTES = 1 << 16;
    private static final int PAGE_VECTORS = 256;

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final int dimensions;
    private final int stride;
    private final int shift;
    private final int mask;
    private volatile byte[][] pages = {};

    CodePages(int dimensions) {
        this.dimensions = dimensions;
        this.stride = HEAD_BYTES + dimensions;
        int perPage = Math.min(PAGE_VECTORS, Integer.highestOneBit(Math.max(1, PAGE_BYTES / stride)));
        this.shift = Integer.numberOfTrailingZeros(perPage);
        this.mask = perPage - 1;
    }

    /** Makes room for {@code size} vectors. */
    void ensure(int size) {
        int needed = pagesFor(size);
        if (needed > pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    private int pagesFor(int size) {
        return (size + mask) >>> shift;
    }

    private byte[] newPage() {
        return new byte[(mask + 1) * stride];
    }

    /** The page that holds the vector. */
    byte[] page(int node) {
        return pages[node >>> shift];
    }

    /** Where in its page the vector begins, with its head. */
    int start(int node) {
        return (node & mask) * stride;
    }

    void set(int node, float[] vector) {
        byte[] page = page(node);
        int start = start(node);
        CodeScale scale = CodeScale.of(vector, 0, dimensions);
        int sum = 0;
        for (int i = 0; i < dimensions; i++) {
            int code = scale.code(vector[i]);
            page[start + HEAD_BYTES + i] = (byte) code;
            sum += code;
        }
        FLOAT.set(page, start, scale.middle());
        FLOAT.set(page, start + STEP, scale.step());
        INT.set(page, start + SUM, sum);
        FLOAT.set(page, start + SQUARES, dot(page, start, page, start));
    }

    static float middle(byte[] page, int start) {
        return (float) FLOAT.get(page, start);
    }

    static float step(byte[] page, int start) {
        return (float) FLOAT.get(page, start + STEP);
    }

    /** The sum of a vector's codes. */
    static int sum(byte[] page, int start) {
        return (int) INT.get(page, start + SUM);
    }

    /** The dot product of a vector with itself. */
    static float squares(byte[] page, int start) {
        return (float) FLOAT.get(page, start + SQUARES);
    }

    /** The dot product of two vectors. */
    float dot(byte[] a, int aStart, byte[] b, int bStart) {
        int product = VectorKernels.current().dotProduct(a, aStart + HEAD_BYTES, b, bStart + HEAD_BYTES, dimensions);
        return dot(
                middle(a, aStart),
                step(a, aStart),
                sum(a, aStart),
                middle(b, bStart),
                step(b, bStart),
                sum(b, bStart),
                product);
    }

    /**
     * The dot product of two vectors that are given by what stands in their heads. Which of the two is which makes no difference, not even by rounding.
     *
     * @param product of their codes
     */
    float dot(float middle, float step, int sum, float otherMiddle, float otherStep, int otherSum, int product) {
        int middles = CodeScale.CODE_MIDDLE * dimensions;
        int centered = product - CodeScale.CODE_MIDDLE * (sum + otherSum - middles);
        float mixed = middle * (otherStep * (otherSum - middles)) + otherMiddle * (step * (sum - middles));
        return dimensions * (middle * otherMiddle) + mixed + (step * otherStep) * centered;
    }

    boolean same(int a, int b) {
        return Arrays.equals(page(a), start(a), start(a) + stride, page(b), start(b), start(b) + stride);
    }

    /** Gives room back that is not needed for {@code size} vectors. No reader may be on what is beyond. */
    void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    long bytes() {
        return (long) pages.length * (mask + 1) * stride;
    }
}
