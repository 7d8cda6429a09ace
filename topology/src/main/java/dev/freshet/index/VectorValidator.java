package dev.freshet.index;

import java.util.Optional;

/**
 * Tells which vectors an index can hold: of the right dimension, every component finite, and a length that the distance can work with (not
 * zero under cosine; the sum of squares must not overflow a float otherwise). Immutable and thread-safe.
 */
public record VectorValidator(int dimensions, DistanceFunction distance) {
    /** What is wrong with the vector, or empty if it may enter. */
    public Optional<VectorProblem> problem(float[] vector) {
        if (vector.length != dimensions) {
            return Optional.of(new VectorProblem(
                    VectorProblem.Kind.DIMENSION,
                    "the vector has " + vector.length + " components, the index has " + dimensions + " dimensions"));
        }
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            float component = vector[i];
            if (!Float.isFinite(component)) {
                return value(
                        "component " + i + " of " + vector.length + " is " + component + ", must be a finite number");
            }
            squares += (double) component * component;
        }
        return switch (distance) {
            case COSINE ->
                squares == 0
                        ? value("all " + vector.length
                                + " components are 0, so the vector has no direction to compare by" + " cosine")
                        : Optional.empty();
            case DOT, EUCLIDEAN ->
                squares > Float.MAX_VALUE / 4
                        ? value("the vector's length is " + (float) Math.sqrt(squares) + ", must be at most "
                                + (float) Math.sqrt(Float.MAX_VALUE / 4))
                        : Optional.empty();
        };
    }

    private static Optional<VectorProblem> value(String message) {
        return Optional.of(new VectorProblem(VectorProblem.Kind.VALUE, message));
    }
}
