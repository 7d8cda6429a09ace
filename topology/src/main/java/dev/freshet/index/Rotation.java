package dev.freshet.index;

import java.util.SplittableRandom;

/**
 * A random rotation of vectors: lengths and dot products stay, and afterwards every component says about as much as any other, whatever the vectors are like. It is made of random signs and fast Walsh-Hadamard
 * transforms, in turns of the first and of the last components, of as many as the greatest power of two that there is room for; so it takes n log n steps rather than n². The same for all vectors of as
 * many components, in every process. Stateless, for any thread.
 */
final class Rotation {
    private static final long SEED = 0x707A7E;
    /** After one a component is made of those of one block only, in a regular way. */
    private static final int ROUNDS = 2;

    private static final int EIGHT = 8;

    private final int block;
    private final int last;
    /** Per transform, times what keeps lengths as they are. */
    private final float[][] signs;

    /**
     * A rotation.
     *
     * @param size of the vectors, a multiple of eight
     */
    Rotation(int size) {
        this.block = Integer.highestOneBit(size);
        this.last = size - block;
        int transforms = last == 0 ? ROUNDS : 2 * ROUNDS;
        this.signs = new float[transforms][block];
        // A transform of so many makes vectors longer by this.
        float scale = (float) (1 / Math.sqrt(block));
        SplittableRandom random = new SplittableRandom(SEED);
        for (float[] some : signs) {
            for (int i = 0; i < block; i++) {
                some[i] = random.nextBoolean() ? scale : -scale;
            }
        }
    }

    /** Rotates the vector in its place. */
    void rotate(float[] vector) {
        for (int transform = 0; transform < signs.length; transform++) {
            // Signs before each: where blocks overlap, the transform of a transform would be what was there before.
            int start = transform % 2 * last;
            for (int i = 0; i < block; i++) {
                vector[start + i] *= signs[transform][i];
            }
            transform(vector, start);
        }
    }

    private void transform(float[] vector, int start) {
        for (int i = start; i < start + block; i += EIGHT) {
            transformEight(vector, i);
        }
        VectorKernels.current().addAndSubtract(vector, start, block, EIGHT);
    }

    /** The first three steps at once, without going through memory in between. */
    private static void transformEight(float[] vector, int start) {
        float a0 = vector[start] + vector[start + 1];
        float a1 = vector[start] - vector[start + 1];
        float a2 = vector[start + 2] + vector[start + 3];
        float a3 = vector[start + 2] - vector[start + 3];
        float a4 = vector[start + 4] + vector[start + 5];
        float a5 = vector[start + 4] - vector[start + 5];
        float a6 = vector[start + 6] + vector[start + 7];
        float a7 = vector[start + 6] - vector[start + 7];
        float b0 = a0 + a2;
        float b1 = a1 + a3;
        float b2 = a0 - a2;
        float b3 = a1 - a3;
        float b4 = a4 + a6;
        float b5 = a5 + a7;
        float b6 = a4 - a6;
        float b7 = a5 - a7;
        vector[start] = b0 + b4;
        vector[start + 1] = b1 + b5;
        vector[start + 2] = b2 + b6;
        vector[start + 3] = b3 + b7;
        vector[start + 4] = b0 - b4;
        vector[start + 5] = b1 - b5;
        vector[start + 6] = b2 - b6;
        vector[start + 7] = b3 - b7;
    }
}
