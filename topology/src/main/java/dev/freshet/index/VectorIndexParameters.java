package dev.freshet.index;

import static java.util.Objects.requireNonNull;

/**
 * What an index is built with.
 *
 * @param dimensions at least 1; at most {@value #QUANTIZED_DIMENSIONS_MAX} with a quantization
 * @param m links per node on the upper layers, 2 to 128; the lowest has twice as many
 * @param efConstruction candidates looked at while inserting, at least 1
 */
public record VectorIndexParameters(
        int dimensions, DistanceFunction distance, int m, int efConstruction, Quantization quantization) {
    private static final int QUANTIZED_DIMENSIONS_MAX = 100_000;

    /** Without quantization. */
    public VectorIndexParameters(int dimensions, DistanceFunction distance, int m, int efConstruction) {
        this(dimensions, distance, m, efConstruction, Quantization.NONE);
    }

    public VectorIndexParameters {
        requireNonNull(distance, "distance is null");
        requireNonNull(quantization, "quantization is null");
        if (dimensions < 1) {
            throw new IllegalArgumentException("dimensions is " + dimensions + ", must be at least 1");
        }
        if (quantization != Quantization.NONE && dimensions > QUANTIZED_DIMENSIONS_MAX) {
            throw new IllegalArgumentException("dimensions is " + dimensions + ", must be at most "
                    + QUANTIZED_DIMENSIONS_MAX + " with quantization " + quantization.text());
        }
        if (m < 2 || m > 128) {
            throw new IllegalArgumentException("m is " + m + ", must be 2 to 128");
        }
        if (efConstruction < 1) {
            throw new IllegalArgumentException("efConstruction is " + efConstruction + ", must be at least 1");
        }
    }
}
