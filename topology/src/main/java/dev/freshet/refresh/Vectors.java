package dev.freshet.refresh;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.serde.VectorBytes;
import java.nio.ByteBuffer;
import java.util.List;

/** Vectors that rows bring themselves. */
final class Vectors {
    private Vectors() {}

    /** A row's own vector as bytes, or {@code DIMENSION_MISMATCH} or {@code INVALID_VECTOR}. */
    static ByteBuffer encodeChecked(List<Float> vector, int dimensions, Distance distance) {
        if (vector.size() != dimensions) {
            throw new FreshetException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "the vector has " + vector.size() + " components, the index has " + dimensions);
        }
        float[] components = new float[dimensions];
        double norm = 0;
        for (int i = 0; i < dimensions; i++) {
            float component = vector.get(i);
            if (!Float.isFinite(component)) {
                throw new FreshetException(
                        ErrorCode.INVALID_VECTOR, "component " + i + " of the vector is " + component);
            }
            components[i] = component;
            norm += (double) component * component;
        }
        if (norm == 0 && distance == Distance.COSINE) {
            throw new FreshetException(
                    ErrorCode.INVALID_VECTOR, "all components of the vector are 0: it has no direction for cosine");
        }
        return VectorBytes.encode(components);
    }
}
