package dev.freshet.index;

/** Why a vector is refused: the message names the component and the numbers. */
public record VectorProblem(Kind kind, String message) {
    /** What is wrong. */
    public enum Kind {
        /** It has not as many components as the index has dimensions. */
        DIMENSION,
        /** A component is not a number, is infinite, or the vector has no direction where one is needed. */
        VALUE
    }
}
