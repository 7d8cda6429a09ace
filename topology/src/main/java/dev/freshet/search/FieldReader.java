package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Walks through the metadata of one row after the other, in the form of {@link MetadataFields}, without making objects. A field is {@linkplain #find found}, then its values are
 * taken with {@link #next}. For one thread.
 */
final class FieldReader {
    private byte[] fields = MetadataFields.NONE;
    private int position;
    private int end;
    private byte kind;
    private int from;
    private int to;
    private long number;
    private int scale;

    /** Sets the reader to a row. The bytes must not change. */
    FieldReader of(byte[] row) {
        fields = row;
        position = 0;
        end = 0;
        return this;
    }

    /** Goes to before the first value of a field; false if the row does not have it. */
    boolean find(byte[] name) {
        position = 0;
        while (position < fields.length) {
            int nameLength = length();
            int nameEnd = position + nameLength;
            boolean found = nameLength == name.length && Arrays.equals(fields, position, nameEnd, name, 0, name.length);
            position = nameEnd;
            int valuesLength = length();
            if (found) {
                end = position + valuesLength;
                return true;
            }
            position += valuesLength;
        }
        return false;
    }

    /** Goes to the field's next value; false after the last. */
    boolean next() {
        if (position >= end) {
            return false;
        }
        kind = fields[position++];
        switch (kind) {
            case MetadataFields.TEXT, MetadataFields.LARGE_NUMBER -> {
                int size = length();
                from = position;
                to = position + size;
                position = to;
            }
            case MetadataFields.INTEGER -> number = signed();
            case MetadataFields.DECIMAL -> {
                number = signed();
                scale = (int) signed();
            }
            case MetadataFields.TRUE, MetadataFields.FALSE, MetadataFields.OTHER -> {}
            default -> throw new IllegalStateException("metadata in memory have a value of kind " + kind);
        }
        return true;
    }

    boolean isText() {
        return kind == MetadataFields.TEXT;
    }

    boolean isFlag() {
        return kind == MetadataFields.TRUE || kind == MetadataFields.FALSE;
    }

    boolean isInteger() {
        return kind == MetadataFields.INTEGER;
    }

    boolean isNumber() {
        return kind == MetadataFields.INTEGER || kind == MetadataFields.DECIMAL || kind == MetadataFields.LARGE_NUMBER;
    }

    boolean flag() {
        return kind == MetadataFields.TRUE;
    }

    long integer() {
        return number;
    }

    /** The number's nearest double, or one beside it. */
    double nearestDouble() {
        return switch (kind) {
            case MetadataFields.INTEGER -> number;
            case MetadataFields.DECIMAL ->
                scale >= 0 && scale < 23
                        ? number / Math.pow(10, scale)
                        : decimal().doubleValue();
            default -> decimal().doubleValue();
        };
    }

    BigDecimal decimal() {
        return switch (kind) {
            case MetadataFields.INTEGER -> BigDecimal.valueOf(number);
            case MetadataFields.DECIMAL -> BigDecimal.valueOf(number, scale);
            default -> new BigDecimal(new String(fields, from, to - from, UTF_8));
        };
    }

    /** A text compared with the reader's, by code point. */
    int compareText(byte[] text) {
        // The order of UTF-8 as unsigned bytes is that of the code points.
        return Arrays.compareUnsigned(text, 0, text.length, fields, from, to);
    }

    private int length() {
        return (int) unsigned();
    }

    private long signed() {
        long zigzag = unsigned();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private long unsigned() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = fields[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
