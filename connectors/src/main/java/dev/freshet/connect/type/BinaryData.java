package dev.freshet.connect.type;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Binary data, which Connect holds as an array or as a buffer. */
final class BinaryData {
    private BinaryData() {}

    /** A copy of the bytes. */
    static byte[] bytes(Object value) {
        if (value instanceof byte[] array) {
            return array.clone();
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        throw new IllegalArgumentException(
                "binary data are expected, not " + value.getClass().getName());
    }

    /** Two lower-case digits per byte. */
    static Object hex(Object value) {
        return HexFormat.of().formatHex(bytes(value));
    }
}
