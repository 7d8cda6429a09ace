package dev.freshet.index;

/**
 * Tells of vectors that they are beyond some distance of a query, from their {@linkplain Sketches sketches}: how the dot product of a vector and a query is estimated from the signs of the one, and how far that may be off, is from Gao and Long, <i>RaBitQ:
 * Quantizing High-Dimensional Vectors with a Theoretical Error Bound for Approximate Nearest Neighbor Search</i>, 2024, arXiv:2405.12497, section 3. The query is rounded to a few bits per component, so that the dot product
 * with signs is counting bits (section 3.3); here these are {@value #PLANES}, its levels lie evenly around 0, and those bits are counted in which the two differ.
 *
 * <p>With q and r the query and the vector, both from the center, b the signs of r, and n components: {@code <q, r>} is about {@code |r|² / <b, r> · <q, b>}, of which the first factor is the sketch's scale. After a random rotation it is off by {@code |q| · scale · sqrt(1 − <b, r>² / (n · |r|²))} (one
 * standard deviation, a little less), and {@code <b, r>² / (n · |r|²)} is near 2/π. As no level is 0, rounding makes near opposites a little too far and near equals a little too near; else it adds a tenth to what the estimate is off.
 *
 * <p>For one thread. Kept between walks, so that none allocates.
 */
final class SketchQuery {
    private static final int PLANES = 3;
    private static final int LEVEL_MAX = (1 << PLANES) - 1;
    private static final double OFF = Math.sqrt(1 - 2 / Math.PI);
    /** What is beyond by so many standard deviations is taken to be beyond. With fewer, walks leave more out that they should have seen, and save little. */
    private static final double CERTAINTY = 2;

    private final Sketches sketches;
    private final float[] turned;
    private final long[] ones;
    private final long[] twos;
    private final long[] fours;
    private float halfStep;
    private float margin;
    private float constant;
    private float threshold;

    @SuppressWarnings("UnusedVariable") // see prefetch
    private long prefetched;

    SketchQuery(Sketches sketches) {
        this.sketches = sketches;
        this.turned = new float[sketches.words() * Long.SIZE];
        this.ones = new long[sketches.words()];
        this.twos = new long[sketches.words()];
        this.fours = new long[sketches.words()];
    }

    /** Whether it is a query of these. */
    boolean isOf(Sketches others) {
        return sketches == others;
    }

    /** Takes the prepared vector that begins at {@code start}. */
    void aim(float[] vector, int start) {
        sketches.turn(vector, start, turned);
        float greatest = greatest(turned);
        double squares = Sketches.squares(turned);
        halfStep = greatest / LEVEL_MAX;
        float levelsPerUnit = greatest == 0 ? 0 : LEVEL_MAX / (2 * greatest);
        for (int word = 0; word < ones.length; word++) {
            long one = 0;
            long two = 0;
            long four = 0;
            for (int i = Long.SIZE - 1; i >= 0; i--) {
                int level = (int) ((turned[word * Long.SIZE + i] + greatest) * levelsPerUnit + 0.5f);
                one = (one << 1) | (level & 1);
                two = (two << 1) | (level >>> 1 & 1);
                four = (four << 1) | (level >>> 2);
            }
            ones[word] = one;
            twos[word] = two;
            fours[word] = four;
        }
        margin = (float) (CERTAINTY * OFF * Math.sqrt(squares));
        constant = sketches.distance() == DistanceFunction.EUCLIDEAN ? (float) squares : fromCenter(vector, start);
    }

    /** The greatest component without its sign, or no number if one of them is none. The bits of such floats are in the floats' order, and integers are compared faster. */
    private static float greatest(float[] components) {
        int greatest = 0;
        for (float component : components) {
            greatest = Math.max(greatest, Float.floatToRawIntBits(component) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(greatest);
    }

    /** The dot product of the center, and the vector from the center. */
    private float fromCenter(float[] vector, int start) {
        float[] center = sketches.center();
        VectorKernel kernel = VectorKernels.current();
        return kernel.dotProduct(center, 0, vector, start, center.length)
                - kernel.dotProduct(center, 0, center, 0, center.length);
    }

    /**
     * From which distance on vectors are asked for.
     *
     * @param distance finite
     */
    void reach(float distance) {
        // <q, r> for a vector at that distance, but for what the sketch's offset adds.
        threshold = switch (sketches.distance()) {
            case COSINE -> 1 - distance - constant;
            case DOT -> -distance - constant;
            case EUCLIDEAN -> (constant - distance * distance) / 2;
        };
    }

    /** Loads the sketches of several nodes at once, so that the processor does not wait for one after the other. */
    void prefetch(int[] nodes, int count) {
        int last = ones.length;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long[] page = sketches.page(nodes[i]);
            int start = sketches.start(nodes[i]);
            sum += page[start] + page[start + last];
        }
        // Kept, so that the compiler does not leave the loads out.
        prefetched = sum;
    }

    /** Whether the node's vector is farther than {@link #reach}, as far as can be told. False whenever a number is none. */
    boolean isBeyond(int node) {
        long[] page = sketches.page(node);
        int start = sketches.start(node);
        long head = page[start];
        int weighed = weighedDifferences(page, start + 1, ones, twos, fours);
        // <q, b>: halfStep times an odd number for each component of q, LEVEL_MAX at most.
        float product = halfStep * (LEVEL_MAX * ones.length * Long.SIZE - 2 * weighed);
        return Sketches.scale(head) * (product + margin) < threshold + Sketches.offset(head);
    }

    private static int weighedDifferences(long[] bits, int start, long[] ones, long[] twos, long[] fours) {
        int one = 0;
        int two = 0;
        int four = 0;
        for (int word = 0; word < ones.length; word++) {
            long of = bits[start + word];
            one += Long.bitCount(of ^ ones[word]);
            two += Long.bitCount(of ^ twos[word]);
            four += Long.bitCount(of ^ fours[word]);
        }
        return one + 2 * two + 4 * four;
    }
}
