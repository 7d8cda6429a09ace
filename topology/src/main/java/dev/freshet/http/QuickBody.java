package dev.freshet.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a search as most of them are: an object in UTF-8 whose {@code vector} is an array of numbers. Numbers, which are nearly all of such a body, are read byte by byte; every other
 * value is cut out and left to the JSON library. Whatever is unusual, and whatever is wrong, is left to it as a whole, for it to read or to refuse.
 */
final class QuickBody {
    private static final String VECTOR = "vector";
    private static final String QUERIES = "queries";
    private static final int NAME_LENGTH_MAX = 64;
    private static final int DIGITS_MAX = 18;
    private static final long EXACT_MAX = 1L << 53;
    private static final int EXPONENT_DIGITS_MAX = 4;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private final byte[] json;
    private int at;

    private QuickBody(byte[] json) {
        this.json = json;
    }

    /** The body; null if it must be read in another way. */
    static @Nullable ObjectNode read(byte[] json) {
        QuickBody body = new QuickBody(json);
        ObjectNode object = body.object();
        return object == null || body.next() != -1 ? null : object;
    }

    private @Nullable ObjectNode object() {
        if (next() != '{') {
            return null;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (true) {
            at++;
            String name = name();
            if (name == null || object.has(name) || next() != ':') {
                return null;
            }
            at++;
            JsonNode value = next() == '[' && name.equals(VECTOR) ? vector() : cutOut(name);
            if (value == null) {
                return null;
            }
            object.set(name, value);
            int end = next();
            if (end == '}') {
                at++;
                return object;
            }
            if (end != ',') {
                return null;
            }
        }
    }

    private @Nullable String name() {
        if (next() != '"') {
            return null;
        }
        int begin = ++at;
        while (at < json.length && at - begin <= NAME_LENGTH_MAX && (isLowerCase(json[at]) || json[at] == '_')) {
            at++;
        }
        if (current() != '"') {
            return null;
        }
        String name = new String(json, begin, at - begin, ISO_8859_1);
        at++;
        return name.equals(QUERIES) ? null : name;
    }

    private @Nullable ArrayNode vector() {
        ArrayNode vector = JsonNodeFactory.instance.arrayNode();
        do {
            at++;
            next();
            double component = number();
            if (!Float.isFinite((float) component)) {
                return null;
            }
            vector.add(component);
        } while (next() == ',');
        if (current() != ']') {
            return null;
        }
        at++;
        return vector;
    }

    /**
     * A number as JSON has it; NaN if there is none. Where a double holds both the digits and the power of ten exactly, one multiplication or division rounds once, to the nearest (Clinger, "How to
     * read floating point numbers accurately", 1990).
     */
    private double number() {
        int begin = at;
        boolean negative = current() == '-';
        at += negative ? 1 : 0;
        int first = at;
        long digits = 0;
        if (current() == '0') {
            at++;
        } else {
            digits = digits(0);
        }
        int whole = at - first;
        int power = 0;
        int fraction = 0;
        if (whole > 0 && current() == '.') {
            int point = ++at;
            digits = digits(digits);
            fraction = at - point;
            power = -fraction;
            whole = fraction == 0 ? 0 : whole;
        }
        if (whole > 0 && (current() == 'e' || current() == 'E')) {
            int exponent = exponent();
            whole = exponent == Integer.MIN_VALUE ? 0 : whole;
            power += exponent;
        }
        if (whole == 0) {
            return Double.NaN;
        }
        if (whole + fraction > DIGITS_MAX || digits > EXACT_MAX || Math.abs(power) >= POWERS.length) {
            return NumberInput.parseDouble(new String(json, begin, at - begin, ISO_8859_1), true);
        }
        double value = power < 0 ? digits / POWERS[-power] : digits * POWERS[power];
        return negative ? -value : value;
    }

    /** Appends digits; of no use where there are too many. */
    private long digits(long before) {
        long digits = before;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            digits = digits * 10 + (json[at] - '0');
            at++;
        }
        return digits;
    }

    /** The least integer if there is none, or one of too many digits. */
    private int exponent() {
        at++;
        boolean negative = current() == '-';
        at += negative || current() == '+' ? 1 : 0;
        int begin = at;
        long exponent = digits(0);
        int count = at - begin;
        if (count == 0 || count > EXPONENT_DIGITS_MAX) {
            return Integer.MIN_VALUE;
        }
        return (int) (negative ? -exponent : exponent);
    }

    /** Any value, by the JSON library. */
    private @Nullable JsonNode cutOut(String name) {
        int begin = at;
        int first = current();
        if (first == '{' || first == '[') {
            skipNested();
        } else if (first == '"') {
            skipString();
        } else {
            while (at < json.length && !isSpace(json[at]) && json[at] != ',' && json[at] != '}') {
                at++;
            }
        }
        if (name.equals(VECTOR) || at > json.length || hasZero(begin)) {
            return null;
        }
        return HttpJson.part(json, begin, at - begin);
    }

    /** Is in no valid text, but can make part of one look like UTF-16. */
    private boolean hasZero(int begin) {
        for (int i = begin; i < at; i++) {
            if (json[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private void skipNested() {
        int depth = 0;
        do {
            switch (json[at]) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> {
                    skipString();
                    at--;
                }
                default -> {}
            }
            at++;
        } while (depth > 0 && at < json.length);
    }

    private void skipString() {
        at++;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
    }

    /** The next byte that is no white space, which the place is at then; -1 at the end. */
    private int next() {
        while (at < json.length && isSpace(json[at])) {
            at++;
        }
        return current();
    }

    private int current() {
        return at < json.length ? json[at] : -1;
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }

    private static boolean isLowerCase(byte value) {
        return value >= 'a' && value <= 'z';
    }
}
