package dev.freshet.index;

/**
 * Vectors as one bit per component, side by side in pages as in {@link VectorPages}, and with the same rules for threads. A {@link SketchQuery} tells of most vectors that are too far that they are, from an eighth of the
 * memory that their {@linkplain CodePages codes} take and a thirty-second of what they take themselves.
 *
 * <pre>
 * sketch := scale (4) offset (4) bit(1 × components)
 * </pre>
 *
 * <p>A bit is the sign of a component after the {@link #center} was taken away and the rest was {@linkplain Rotation rotated}, filled up with zeros to whole words. The vector of those signs, times {@code scale}, stands for the vector: see {@link SketchQuery}.
 */
final class Sketches {
    private static final int PAGE_LONGS = 1 << 13;
    private static final int PAGE_SKETCHES = 256;

    private final DistanceFunction distance;
    private final int dimensions;
    private final int words;
    private final int stride;
    private final int shift;
    private final int mask;
    private final Rotation rotation;
    private final float[] center;
    private final float[] turned;
    private volatile long[][] pages = {};

    /**
     * Sketches of none yet.
     *
     * @param rotation of {@link #components} components
     * @param center what vectors lie around: the nearer they are to it, the more a sketch says. Not changed any more
     */
    Sketches(DistanceFunction distance, Rotation rotation, float[] center) {
        this.distance = distance;
        this.dimensions = center.length;
        this.turned = new float[components(dimensions)];
        this.words = turned.length / Long.SIZE;
        this.stride = 1 + words;
        int perPage = Math.min(PAGE_SKETCHES, Integer.highestOneBit(Math.max(1, PAGE_LONGS / stride)));
        this.shift = Integer.numberOfTrailingZeros(perPage);
        this.mask = perPage - 1;
        this.rotation = rotation;
        this.center = center;
    }

    /** How many components a sketch has: whole words. */
    static int components(int dimensions) {
        return (dimensions + Long.SIZE - 1) / Long.SIZE * Long.SIZE;
    }

    DistanceFunction distance() {
        return distance;
    }

    float[] center() {
        return center;
    }

    /** Longs that the bits of one sketch take. */
    int words() {
        return words;
    }

    /** Makes room for {@code size} sketches. */
    void ensure(int size) {
        int needed = pagesFor(size);
        if (needed > pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    private int pagesFor(int size) {
        return (size + mask) >>> shift;
    }

    private long[] newPage() {
        return new long[(mask + 1) * stride];
    }

    /** The page that holds the sketch. */
    long[] page(int node) {
        return pages[node >>> shift];
    }

    /** Where in its page the sketch begins, with its head. */
    int start(int node) {
        return (node & mask) * stride;
    }

    static float scale(long head) {
        return Float.intBitsToFloat((int) (head >>> Integer.SIZE));
    }

    static float offset(long head) {
        return Float.intBitsToFloat((int) head);
    }

    /** Takes the prepared vector that begins at {@code start}. */
    void set(int node, float[] vector, int start) {
        turn(vector, start, turned);
        double absolutes = absolutes(turned);
        double squares = squares(turned);
        long[] page = page(node);
        int at = start(node);
        for (int word = 0; word < words; word++) {
            long bits = 0;
            for (int i = Long.SIZE - 1; i >= 0; i--) {
                bits = (bits << 1) | (turned[word * Long.SIZE + i] > 0 ? 1 : 0);
            }
            page[at + 1 + word] = bits;
        }
        float scale = absolutes == 0 ? 0 : (float) (squares / absolutes);
        float offset = distance == DistanceFunction.EUCLIDEAN
                ? (float) (squares / 2)
                : -VectorKernels.current().dotProduct(center, 0, vector, start, dimensions);
        // What floats cannot hold says nothing: comparisons with it are false.
        float told = Float.isFinite(scale) && Float.isFinite(offset) ? scale : Float.NaN;
        page[at] =
                (long) Float.floatToRawIntBits(told) << Integer.SIZE | (Float.floatToRawIntBits(offset) & 0xffff_ffffL);
    }

    // Both sums in parts, so that an addition need not wait for the one before it.
    private static double absolutes(float[] turned) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        for (int i = 0; i < turned.length; i += 4) {
            sum0 += Math.abs(turned[i]);
            sum1 += Math.abs(turned[i + 1]);
            sum2 += Math.abs(turned[i + 2]);
            sum3 += Math.abs(turned[i + 3]);
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    /** The squared length of a vector that is turned. */
    static double squares(float[] turned) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        for (int i = 0; i < turned.length; i += 4) {
            sum0 += (double) turned[i] * turned[i];
            sum1 += (double) turned[i + 1] * turned[i + 1];
            sum2 += (double) turned[i + 2] * turned[i + 2];
            sum3 += (double) turned[i + 3] * turned[i + 3];
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    /** The vector that begins at {@code start} as sketches see it: from the center, and rotated. */
    void turn(float[] vector, int start, float[] into) {
        for (int i = 0; i < dimensions; i++) {
            into[i] = vector[start + i] - center[i];
        }
        for (int i = dimensions; i < into.length; i++) {
            into[i] = 0;
        }
        rotation.rotate(into);
    }

    /** Gives room back that is not needed for {@code size} sketches. No reader may be on what is beyond. */
    void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    long bytes() {
        return (long) pages.length * (mask + 1) * stride * Long.BYTES;
    }
}
