package dev.freshet.http;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;

/** Refuses vectors that an index cannot hold. {@code what} names the vector in messages, for example {@code item 3 (id 'a')}. */
final class VectorCheck {
    private VectorCheck() {}

    static FreshetException wrongDimension(String what, int expected, long actual) {
        return new FreshetException(
                ErrorCode.DIMENSION_MISMATCH,
                what + ": the vector has " + actual + " components, the index has " + expected + " dimensions");
    }

    static FreshetException notANumber(String what, long component, String value) {
        return invalid(what + ": component " + component + " is " + value + ", must be a finite 32-bit number");
    }

    static void checkFinite(String what, float[] vector) {
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw notANumber(what, i, Float.toString(vector[i]));
            }
        }
    }

    static void checkNorm(String what, float[] vector, Distance distance) {
        if (distance != Distance.COSINE) {
            return;
        }
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        if (squares == 0) {
            throw invalid(what + ": all " + vector.length
                    + " components are 0, and a vector without a direction has no cosine distance");
        }
    }

    static FreshetException invalid(String message) {
        return new FreshetException(ErrorCode.INVALID_VECTOR, message);
    }
}
