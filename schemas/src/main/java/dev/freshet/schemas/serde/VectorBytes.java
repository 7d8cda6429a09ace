package dev.freshet.schemas.serde;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as bytes, everywhere outside the graphs: the components as 32-bit IEEE 754 numbers, one after the other, the lowest byte first. */
public final class VectorBytes {
    private VectorBytes() {}

    /** The bytes of a vector, from position 0 to the limit, in an array of their own. */
    public static ByteBuffer encode(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
        return bytes;
    }

    /**
     * The vector in the bytes from the position to the limit, which stay where they are.
     *
     * @throws IllegalArgumentException if they are no whole number of components
     */
    public static float[] decode(ByteBuffer bytes) {
        if (bytes.remaining() % Float.BYTES != 0) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes are no whole number of 32-bit numbers");
        }
        float[] vector = new float[bytes.remaining() / Float.BYTES];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
