package dev.freshet.http;

import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.serde.VectorBytes;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Vectors as text: the components as 32-bit IEEE 754 numbers, the lowest byte first, in base64 with the standard alphabet (RFC 4648). It is what embedding APIs answer with where they are asked for
 * {@code "encoding_format": "base64"}, and about half of the length of a JSON array.
 */
final class Base64Vectors {
    private Base64Vectors() {}

    /**
     * The components, of which each may be any number, NaN too.
     *
     * @param what names the vector in messages
     * @throws FreshetException {@code INVALID_VECTOR} if it is no base64, or no whole number of components
     */
    static float[] decode(String what, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw VectorCheck.invalid(what + ": a vector is an array of numbers, or base64 of 32-bit numbers; this is a"
                    + " string that is no base64: " + e.getMessage());
        }
        if (bytes.length % Float.BYTES != 0) {
            throw VectorCheck.invalid(what + ": the base64 holds " + bytes.length
                    + " bytes, which are no whole number of 32-bit numbers");
        }
        return VectorBytes.decode(ByteBuffer.wrap(bytes));
    }
}
