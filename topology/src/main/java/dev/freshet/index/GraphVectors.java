package dev.freshet.index;

/**
 * The vectors of a {@link CompactGraph}'s nodes, and how far they are from each other as walks see it. What walks see may be coarser than the {@linkplain #originals vectors as they came},
 * but is symmetric, and the same for vectors that are the same.
 *
 * <p>One thread grows, shrinks and sets; any may read nodes that were handed to it (see {@link OriginalVectors}).
 */
sealed interface GraphVectors permits FloatVectors, CodedVectors, SketchedVectors {
    /** Of fewer bytes or dimensions than these, asking a vector's sketch first takes as long as looking at the vector. */
    int SKETCHED_BYTES_MIN = 384;

    int SKETCHED_DIMENSIONS_MIN = 192;

    /** Those that an index of this kind keeps. */
    static GraphVectors create(VectorIndexParameters parameters, VectorPlace place) {
        GraphVectors walked = walked(parameters, place);
        long bytes = (long) parameters.dimensions() * (walked.exact() ? Float.BYTES : Byte.BYTES);
        boolean pays = bytes >= SKETCHED_BYTES_MIN && parameters.dimensions() >= SKETCHED_DIMENSIONS_MIN;
        return pays ? new SketchedVectors(walked, parameters) : walked;
    }

    /** The same without sketches. */
    static GraphVectors walked(VectorIndexParameters parameters, VectorPlace place) {
        if (place.onDisk() && parameters.quantization() == Quantization.NONE) {
            throw new IllegalArgumentException("without a quantization, vectors cannot be on disk: walks look at them");
        }
        return switch (parameters.quantization()) {
            case NONE -> new FloatVectors(parameters);
            case INT8 -> new CodedVectors(parameters, place);
        };
    }

    /** Makes room for {@code size} vectors. */
    void ensure(int size);

    /** Says that there will be {@code size} vectors before anybody looks at them, so that what is computed from many is not computed before. */
    default void expect(int size) {}

    void set(int node, float[] vector);

    /** Gives room back that is not needed for {@code size} vectors. No reader may be on what is beyond. */
    void trim(int size);

    /** The distance of two nodes as walks see it. */
    float distance(int a, int b);

    /** Whether walks cannot tell the two nodes' vectors apart. */
    boolean same(int a, int b);

    /** Something to compare nodes with, for one thread. */
    Probe probe();

    /** How long a walk takes per vector that it comes by, in comparisons of two vectors. */
    default double walkedShare() {
        return 1;
    }

    /** The vectors as they came. */
    OriginalVectors originals();

    /** Whether walks see the exact distances. */
    boolean exact();

    /** Bytes of heap. */
    long bytes();

    /** Of these, what no walk looks at: only the order of what was found is computed from it. */
    long originalBytes();

    /** A vector that nodes are compared with. It must be aimed first; kept between walks so that none allocates. */
    interface Probe {
        /** Takes the prepared vector that begins at {@code start}. It must not be changed while the probe is used. */
        void aim(float[] vector, int start);

        /** Takes a node's vector. */
        void aim(int node);

        float distance(int node);

        /**
         * The distances to several nodes, of which it loads all at once.
         *
         * @param reach for a node that is farther, {@link Float#POSITIVE_INFINITY} may stand in place of its distance, and now and then for one that is just within: then for all whose vectors equal its own. Infinity: all distances are told
         */
        void distances(int[] nodes, int count, float reach, float[] into);
    }
}
