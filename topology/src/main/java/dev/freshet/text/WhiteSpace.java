package dev.freshet.text;

/** White space in the widest sense: Unicode's and Java's, no-break and zero-width spaces, line ends, byte order marks. */
final class WhiteSpace {
    private static final char NEXT_LINE = '\u0085';
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    private WhiteSpace() {}

    static boolean is(char unit) {
        return unit <= ' '
                || Character.isWhitespace(unit)
                || Character.isSpaceChar(unit)
                || unit == NEXT_LINE
                || unit == '\u200B'
                || unit == '\u2060'
                || unit == '\uFEFF';
    }

    static boolean isBlank(String text) {
        return text.chars().allMatch(unit -> is((char) unit));
    }

    /** How many line ends there are in {@code text[start, end)}; CR LF is one, a paragraph separator two. */
    static int lineEnds(String text, int start, int end) {
        int count = 0;
        for (int index = start; index < end; index++) {
            char unit = text.charAt(index);
            if (unit == PARAGRAPH_SEPARATOR) {
                count += 2;
            } else if (unit == '\r' && index + 1 < end && text.charAt(index + 1) == '\n') {
                count++;
                index++;
            } else if (unit == '\n' || unit == '\r' || unit == NEXT_LINE || unit == LINE_SEPARATOR) {
                count++;
            }
        }
        return count;
    }
}
