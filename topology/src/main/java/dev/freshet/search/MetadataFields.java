package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The form in which rows' metadata are kept in memory for filters: one byte array per row, flat, read by {@link FieldReader}.
 *
 * <pre>
 * metadata := field*
 * field    := name:bytes values:bytes               the path, escaped as in {@link Filter}; the values of one field stand together
 * values   := value*                                of an array one per element, without nulls
 * value    := 1 bytes                               a string, UTF-8
 *           | 2 | 3                                 true, false
 *           | 4 integer                             a number that is a 64-bit integer, however it was written
 *           | 5 integer integer                     another number: unscaled value and scale, ten to the minus scale
 *           | 6 bytes                               a number that needs more, in decimal digits
 *           | 7                                     an object, or a number that cannot be compared with others: its exponent is beyond a billion
 * integer  := zigzag, base 128, least first
 * bytes    := length (base 128, least first) byte*
 * </pre>
 *
 * <p>Also part of snapshots ({@link GraphSnapshot}), so a change of this form is a change of theirs.
 */
final class MetadataFields {
    /** Of a row that has no metadata. */
    static final byte[] NONE = {};

    /** Longer ones are not kept in memory but read from the storage when a filter asks. */
    static final int BYTES_IN_MEMORY_MAX = 4 * 1024;

    static final byte TEXT = 1;
    static final byte TRUE = 2;
    static final byte FALSE = 3;
    static final byte INTEGER = 4;
    static final byte DECIMAL = 5;
    static final byte LARGE_NUMBER = 6;
    static final byte OTHER = 7;

    private static final Logger log = LoggerFactory.getLogger(MetadataFields.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONG_DIGITS = 18;
    private static final int SCALE_MAX = 1_000;

    /** Beyond it, arithmetic with the number or reading its digits again may overflow its exponent. */
    private static final int EXPONENT_MAX = 1_000_000_000;

    private final Map<String, ByteArrayOutputStream> fields = new LinkedHashMap<>();

    private MetadataFields() {}

    /** A row's metadata for the memory; null if they are too long for it. */
    static byte @Nullable [] forMemory(String json) {
        byte[] encoded = encode(json);
        return encoded.length > BYTES_IN_MEMORY_MAX ? null : encoded;
    }

    /**
     * A row's metadata.
     *
     * @param json an object. What writes rows has checked it; if it is none all the same, the row has no fields
     */
    static byte[] encode(String json) {
        if (json.isEmpty() || json.equals("{}")) {
            return NONE;
        }
        MetadataFields fields = new MetadataFields();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                fields.readObject(parser, "");
            }
        } catch (IOException e) {
            log.error(
                    "a row's metadata cannot be filtered by, they are no JSON: {}",
                    e instanceof JacksonException problem ? problem.getOriginalMessage() : e.getMessage());
            return NONE;
        }
        return fields.bytes();
    }

    private void readObject(JsonParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = prefix + escape(parser.currentName());
            parser.nextToken();
            readValue(parser, path);
        }
    }

    private static String escape(String name) {
        return name.indexOf('.') < 0 && name.indexOf('\\') < 0
                ? name
                : name.replace("\\", "\\\\").replace(".", "\\.");
    }

    private void readValue(JsonParser parser, String path) throws IOException {
        switch (parser.currentToken()) {
            case VALUE_STRING -> {
                ByteArrayOutputStream out = values(path);
                out.write(TEXT);
                putBytes(out, parser.getText().getBytes(UTF_8));
            }
            case VALUE_TRUE -> values(path).write(TRUE);
            case VALUE_FALSE -> values(path).write(FALSE);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(values(path), parser.getText());
            case START_OBJECT -> {
                values(path).write(OTHER);
                readObject(parser, path + ".");
            }
            case START_ARRAY -> {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    readValue(parser, path);
                }
            }
            default -> {} // A null is no value.
        }
    }

    // What writes rows refuses such numbers, but an older release did not; one of them must not end the thread that
    // reads all rows.
    private static void readNumber(ByteArrayOutputStream out, String digits) {
        BigDecimal number;
        try {
            number = new BigDecimal(digits);
        } catch (NumberFormatException e) {
            log.debug("a number in a row's metadata cannot be filtered by: {}", e.getMessage());
            out.write(OTHER);
            return;
        }
        if (Math.abs((long) number.scale()) > EXPONENT_MAX) {
            out.write(OTHER);
        } else {
            putNumber(out, number);
        }
    }

    private ByteArrayOutputStream values(String path) {
        return fields.computeIfAbsent(path, field -> new ByteArrayOutputStream(16));
    }

    /** Whether a number is a 64-bit integer. Never expands its exponent. */
    static boolean isLong(BigDecimal number) {
        if (number.signum() == 0) {
            return true;
        }
        if (number.precision() - (long) number.scale() > LONG_DIGITS + 1) {
            return false;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= 0 && stripped.toBigInteger().bitLength() < Long.SIZE;
    }

    private static void putNumber(ByteArrayOutputStream out, BigDecimal number) {
        if (isLong(number)) {
            out.write(INTEGER);
            putSigned(out, number.longValueExact());
            return;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        if (stripped.precision() <= LONG_DIGITS && Math.abs((long) stripped.scale()) <= SCALE_MAX) {
            out.write(DECIMAL);
            putSigned(out, stripped.unscaledValue().longValueExact());
            putSigned(out, stripped.scale());
        } else {
            out.write(LARGE_NUMBER);
            putBytes(out, stripped.toString().getBytes(UTF_8));
        }
    }

    private byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        fields.forEach((path, values) -> {
            putBytes(out, path.getBytes(UTF_8));
            putBytes(out, values.toByteArray());
        });
        return out.size() == 0 ? NONE : out.toByteArray();
    }

    private static void putBytes(ByteArrayOutputStream out, byte[] bytes) {
        putUnsigned(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void putSigned(ByteArrayOutputStream out, long value) {
        putUnsigned(out, (value << 1) ^ (value >> 63));
    }

    private static void putUnsigned(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
