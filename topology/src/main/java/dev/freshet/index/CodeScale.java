package dev.freshet.index;

/**
 * How the components of one vector become codes from 0 to {@value #CODE_MAX}: its least component becomes the least code, its greatest the greatest, and the others the nearest of what lies
 * evenly between. So no component is ever out of range.
 *
 * <p>Seven bits, because then four products of two codes add up within 16 bits: see {@link VectorKernel#dotProduct(byte[], int, byte[], int, int)}.
 *
 * @param lower what code 0 stands for
 * @param step from one code to the next; 0 if all components are equal
 * @param codesPerUnit what {@code 1 / step} would be, exactly; 0 if all components are equal
 */
record CodeScale(float lower, float step, double codesPerUnit) {
    static final int CODE_MAX = 127;
    static final int CODE_MIDDLE = 64;

    /** The scale of the vector that begins at {@code start}. All components must be finite, and their range too. */
    static CodeScale of(float[] vector, int start, int dimensions) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = start; i < start + dimensions; i++) {
            least = Math.min(least, vector[i]);
            greatest = Math.max(greatest, vector[i]);
        }
        double range = (double) greatest - least;
        return new CodeScale(least, (float) (range / CODE_MAX), range == 0 ? 0 : CODE_MAX / range);
    }

    int code(float component) {
        return (int) (((double) component - lower) * codesPerUnit + 0.5);
    }

    /** What {@link #CODE_MIDDLE} stands for. */
    float middle() {
        return lower + CODE_MIDDLE * step;
    }
}
