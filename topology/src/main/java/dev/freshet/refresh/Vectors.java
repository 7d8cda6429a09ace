package dev.freshet.refresh;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Vectors as bytes: float32 values, little endian. */
final class Vectors {
    private Vectors() {}

    static ByteBuffer encode(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.order(ByteOrder.BIG_ENDIAN);
    }

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
        return encode(components);
    }
}
