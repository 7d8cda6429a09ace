package dev.freshet.ops.bench.index;

import java.util.OptionalDouble;
import java.util.function.IntConsumer;

/** A way to build an index. */
interface Contender {
    String name();

    /**
     * Builds an index; the slot of a vector is its position.
     *
     * @param vectors prepared
     * @param built is told now and then how many are in; from any thread
     */
    BuiltIndex build(float[][] vectors, int threads, IntConsumer built);

    /** An index that was built. */
    interface BuiltIndex {
        /** A search; any thread may run it until the next one is asked for. */
        Searcher searcher(int k, int ef);

        /** Whether the arrays that it was given are part of it, rather than copies. */
        boolean keepsArrays();

        /** Vectors that a search compared with its query, on average since the index was made; empty if it does not tell. */
        OptionalDouble visitedPerSearch();

        /** Bytes of memory as it counts them itself; 0 if it does not. */
        long bytesTold();

        /** Of these, what searches walk through; the others are read for the final order only. */
        long bytesWalked();
    }

    /** Finds the slots of the nearest vectors. */
    interface Searcher {
        int[] search(float[] query);
    }
}
