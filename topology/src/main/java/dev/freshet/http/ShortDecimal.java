package dev.freshet.http;

/**
 * Reads decimals of few digits, as nearly all components of vectors are, in one pass. A double holds both the digits and the power of ten exactly, so that the one
 * multiplication or division rounds once, to the nearest (Clinger, "How to read floating point numbers accurately", 1990).
 */
final class ShortDecimal {
    private static final int DIGITS_MAX = 18;
    private static final long EXACT_MAX = 1L << 53;
    private static final int EXPONENT_DIGITS_MAX = 4;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private ShortDecimal() {}

    /**
     * The double nearest to a number as JSON has it; NaN if it is not short enough, or is no such number.
     *
     * @param from its first character
     * @param length how many it has
     */
    static double parse(char[] text, int from, int length) {
        int end = from + length;
        int at = from;
        boolean negative = at < end && text[at] == '-';
        at += negative ? 1 : 0;
        long digits = 0;
        int count = 0;
        int point = -1;
        for (; at < end && text[at] != 'e' && text[at] != 'E'; at++) {
            char c = text[at];
            if (c == '.' && point < 0) {
                point = count;
            } else if (c >= '0' && c <= '9') {
                digits = digits * 10 + (c - '0');
                count++;
            } else {
                return Double.NaN;
            }
            if (count > DIGITS_MAX) {
                return Double.NaN;
            }
        }
        if (count == 0 || digits > EXACT_MAX) {
            return Double.NaN;
        }
        int power = point < 0 ? 0 : point - count;
        if (at < end) {
            int exponent = exponent(text, at + 1, end);
            if (exponent == Integer.MIN_VALUE) {
                return Double.NaN;
            }
            power += exponent;
        }
        if (power >= POWERS.length || power <= -POWERS.length) {
            return Double.NaN;
        }
        double value = power < 0 ? digits / POWERS[-power] : digits * POWERS[power];
        return negative ? -value : value;
    }

    /** The least integer if it is none of few digits. */
    private static int exponent(char[] text, int from, int end) {
        int at = from;
        boolean negative = at < end && text[at] == '-';
        at += at < end && (negative || text[at] == '+') ? 1 : 0;
        if (at == end || end - at > EXPONENT_DIGITS_MAX) {
            return Integer.MIN_VALUE;
        }
        int exponent = 0;
        for (; at < end; at++) {
            if (text[at] < '0' || text[at] > '9') {
                return Integer.MIN_VALUE;
            }
            exponent = exponent * 10 + (text[at] - '0');
        }
        return negative ? -exponent : exponent;
    }
}
