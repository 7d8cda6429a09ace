package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

/** A search by vector. */
public record VectorSearch(float[] vector, int k, boolean exact) {
    public VectorSearch {
        requireNonNull(vector, "vector is null");
    }
}
