package dev.freshet.index;

import java.util.Arrays;

/**
 * Vectors of one length, side by side in pages of at most {@value #PAGE_VECTORS}, and of at most {@value #PAGE_FLOATS} floats unless one vector is longer. Small
 * pages, because the last one is half empty on average; and far below half of G1's smallest heap region, which would otherwise give each page regions of its own.
 *
 * <p>Plain reads and writes: whoever hands a node to another thread does so with a release that the other acquires, and a vector is not written while a
 * reader may hold its node.
 */
final class VectorPages {
    private static final int PAGE_FLOATS = 1 << 14;
    private static final int PAGE_VECTORS = 256;

    private final int dimensions;
    private final int shift;
    private final int mask;
    private volatile float[][] pages = {};

    VectorPages(int dimensions) {
        this.dimensions = dimensions;
        int perPage = Math.min(PAGE_VECTORS, Integer.highestOneBit(Math.max(1, PAGE_FLOATS / dimensions)));
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

    private float[] newPage() {
        return new float[(mask + 1) * dimensions];
    }

    /** The page that holds the vector. */
    float[] page(int node) {
        return pages[node >>> shift];
    }

    /** Where in its page the vector begins. */
    int start(int node) {
        return (node & mask) * dimensions;
    }

    void set(int node, float[] vector) {
        System.arraycopy(vector, 0, page(node), start(node), dimensions);
    }

    float[] copy(int node) {
        int start = start(node);
        return Arrays.copyOfRange(page(node), start, start + dimensions);
    }

    /** Gives room back that is not needed for {@code size} vectors. No reader may be on what is beyond. */
    void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    long bytes() {
        return (long) pages.length * (mask + 1) * dimensions * Float.BYTES;
    }
}
