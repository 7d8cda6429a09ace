package dev.freshet.index;

import static java.util.Objects.requireNonNull;

/**
 * What an index is built with.
 *
 * @param m links per node on the upper layers, 2 to 128; the lowest has twice as many
 * @param efConstruction candidates looked at while inserting, at least 1
 */
public record VectorIndexParameters(int dimensions, DistanceFunction distance, int m, int efConstruction) {
    public VectorIndexParameters {
        requireNonNull(distance, "distance is null");
        if (dimensions < 1) {
            throw new IllegalArgumentException("dimensions is " + dimensions + ", must be at least 1");
        }
        if (m < 2 || m > 128) {
            throw new IllegalArgumentException("m is " + m + ", must be 2 to 128");
        }
        if (efConstruction < 1) {
            throw new IllegalArgumentException("efConstruction is " + efConstruction + ", must be at least 1");
        }
    }
}
