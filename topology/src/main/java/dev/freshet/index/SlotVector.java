package dev.freshet.index;

import static java.util.Objects.requireNonNull;

/**
 * A vector on its way into an index.
 *
 * @param version see {@link VectorIndex#add}
 * @param vector valid and prepared; kept or copied, so it must not be changed any more
 */
public record SlotVector(int slot, long version, float[] vector) {
    public SlotVector {
        requireNonNull(vector, "vector is null");
    }
}
