package dev.freshet.index;

/**
 * How far two vectors are from each other; smaller is nearer. Both sides of {@link #between} must have gone through {@link #prepare} once, where they
 * entered: cosine vectors are normalised there and never again. {@link VectorKernels} chooses what
 * computes them. Stateless and thread-safe.
 */
public enum DistanceFunction {
    /** 1 − cosine, 0 to 2. */
    COSINE {
        @Override
        public float[] prepare(float[] vector) {
            double squares = 0;
            for (float component : vector) {
                squares += (double) component * component;
            }
            double norm = Math.sqrt(squares);
            float[] unit = new float[vector.length];
            for (int i = 0; i < vector.length; i++) {
                unit[i] = (float) (vector[i] / norm);
            }
            return unit;
        }

        @Override
        public float between(float[] a, int aStart, float[] b, int bStart, int length) {
            return 1 - VectorKernels.current().dotProduct(a, aStart, b, bStart, length);
        }

        @Override
        float of(float dot, float aSquares, float bSquares) {
            return 1 - dot;
        }
    },
    /** The negative dot product. */
    DOT {
        @Override
        public float[] prepare(float[] vector) {
            return vector.clone();
        }

        @Override
        public float between(float[] a, int aStart, float[] b, int bStart, int length) {
            return -VectorKernels.current().dotProduct(a, aStart, b, bStart, length);
        }

        @Override
        float of(float dot, float aSquares, float bSquares) {
            return -dot;
        }
    },
    /** The L2 norm of the difference. */
    EUCLIDEAN {
        @Override
        public float[] prepare(float[] vector) {
            return vector.clone();
        }

        @Override
        public float between(float[] a, int aStart, float[] b, int bStart, int length) {
            return (float) Math.sqrt(VectorKernels.current().squaredDifference(a, aStart, b, bStart, length));
        }

        @Override
        float of(float dot, float aSquares, float bSquares) {
            return (float) Math.sqrt(Math.max(0, aSquares + bSquares - 2 * dot));
        }
    };

    /** A copy in the form that {@link #between} wants. The vector must be valid, see {@link VectorValidator}. */
    public abstract float[] prepare(float[] vector);

    /** The distance of two prepared vectors of equal length. */
    public final float between(float[] a, float[] b) {
        return between(a, 0, b, 0, a.length);
    }

    /**
     * The distance of two prepared vectors that stand within larger arrays, the first from {@code aStart}, the second from {@code bStart}.
     *
     * @param length their dimensions
     * @throws IndexOutOfBoundsException if one of them does not end within its array
     */
    public abstract float between(float[] a, int aStart, float[] b, int bStart, int length);

    /** The distance of two prepared vectors of which only this is known: their dot product, and that of each with itself. Less exact than {@link #between}. */
    abstract float of(float dot, float aSquares, float bSquares);
}
