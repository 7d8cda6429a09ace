package dev.freshet.index;

/**
 * How far two vectors are from each other; smaller is nearer. Both sides of {@link #between} must have gone through {@link #prepare} once, where they
 * entered: cosine vectors are normalised there and never again. Stateless and thread-safe.
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
        public float between(float[] a, float[] b) {
            return 1 - dotProduct(a, b);
        }
    },
    /** The negative dot product. */
    DOT {
        @Override
        public float[] prepare(float[] vector) {
            return vector.clone();
        }

        @Override
        public float between(float[] a, float[] b) {
            return -dotProduct(a, b);
        }
    },
    /** The L2 norm of the difference. */
    EUCLIDEAN {
        @Override
        public float[] prepare(float[] vector) {
            return vector.clone();
        }

        @Override
        public float between(float[] a, float[] b) {
            return (float) Math.sqrt(squaredDifference(a, b));
        }
    };

    /** A copy in the form that {@link #between} wants. The vector must be valid, see {@link VectorValidator}. */
    public abstract float[] prepare(float[] vector);

    /** The distance of two prepared vectors of equal length. */
    public abstract float between(float[] a, float[] b);

    // Four sums, because one sum makes each addition wait for the one before it.
    private static float dotProduct(float[] a, float[] b) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            sum0 += a[i] * b[i];
            sum1 += a[i + 1] * b[i + 1];
            sum2 += a[i + 2] * b[i + 2];
            sum3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            sum0 += a[i] * b[i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    private static float squaredDifference(float[] a, float[] b) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            float d0 = a[i] - b[i];
            float d1 = a[i + 1] - b[i + 1];
            float d2 = a[i + 2] - b[i + 2];
            float d3 = a[i + 3] - b[i + 3];
            sum0 += d0 * d0;
            sum1 += d1 * d1;
            sum2 += d2 * d2;
            sum3 += d3 * d3;
        }
        for (; i < a.length; i++) {
            float d = a[i] - b[i];
            sum0 += d * d;
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
