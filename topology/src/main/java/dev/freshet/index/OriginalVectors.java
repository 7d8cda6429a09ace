package dev.freshet.index;

/**
 * The vectors of an index's nodes as they came.
 *
 * <p>One thread grows, shrinks and sets; any may look at nodes that were handed to it: whoever hands a node to another thread does so with a release that the other acquires, and a vector is not written
 * while a reader may hold its node.
 */
sealed interface OriginalVectors permits VectorPages, VectorFile {
    /** Those that an index keeps in this place. */
    static OriginalVectors create(int dimensions, VectorPlace place) {
        return place.directory() == null ? new VectorPages(dimensions) : new VectorFile(dimensions, place.directory());
    }

    /** Makes room for {@code size} vectors. */
    void ensure(int size);

    void set(int node, float[] vector);

    /** Gives room back that is not needed for {@code size} vectors. No reader may be on what is beyond. */
    void trim(int size);

    /** A node's vector, of its own. */
    float[] copy(int node);

    /** Something to look at one vector after the other with, for one thread. */
    View view();

    /** Bytes of heap. */
    long bytes();

    /** Bytes on disk. */
    long fileBytes();

    /** Shows one vector at a time. */
    interface View {
        /** Goes to a node's vector, which is shown until the next call. */
        void show(int node);

        /** Where the components lie, from {@link #start} on. Not to be changed. */
        float[] components();

        int start();
    }
}
