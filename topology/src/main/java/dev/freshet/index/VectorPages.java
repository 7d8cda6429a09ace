package dev.freshet.index;

import java.util.Arrays;

/**
 * Vectors of one length, side by side in pages of at most {@value #PAGE_VECTORS}, and of at most {@value #PAGE_FLOATS} floats unless one vector is longer. Small
 * pages, because the last one is half empty on average; and far below half of G1's smallest heap region, which would otherwise give each page regions of its own.
 *
 * <p>Plain reads and writes, with the rules of {@link OriginalVectors}.
 */
final class VectorPages implements OriginalVectors {
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

    @Override
    public void ensure(int size) {
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

    @Override
    public void set(int node, float[] vector) {
        System.arraycopy(vector, 0, page(node), start(node), dimensions);
    }

    @Override
    public float[] copy(int node) {
        int start = start(node);
        return Arrays.copyOfRange(page(node), start, start + dimensions);
    }

    @Override
    public View view() {
        return new PageView();
    }

    @Override
    public void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    @Override
    public long bytes() {
        return (long) pages.length * (mask + 1) * dimensions * Float.BYTES;
    }

    @Override
    public long fileBytes() {
        return 0;
    }

    /** Looks into the pages themselves. */
    private final class PageView implements View {
        private float[] page = {};
        private int start;

        @Override
        public void show(int node) {
            page = page(node);
            start = VectorPages.this.start(node);
        }

        @Override
        public float[] components() {
            return page;
        }

        @Override
        public int start() {
            return start;
        }
    }
}
