package dev.freshet.text;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where user-perceived characters (extended grapheme clusters, UAX #29) begin and end.
 *
 * <p>{@link java.text.BreakIterator}'s character instance does not know emoji sequences and flags on JDK 17; the regular expression
 * {@code \X} does.
 */
final class Graphemes {
    private static final Pattern CLUSTER = Pattern.compile("\\X");
    /** Below the first combining mark, every character but CR before LF is a cluster of its own. */
    private static final char FIRST_COMBINING_MARK = 0x300;

    private Graphemes() {}

    /** The offsets at which the text may be cut, 0 and its length included. Linear time. */
    static BitSet boundaries(String text) {
        BitSet boundaries = new BitSet(text.length() + 1);
        if (isSimple(text)) {
            boundaries.set(0, text.length() + 1);
            return boundaries;
        }
        boundaries.set(0);
        boundaries.set(text.length());
        Matcher matcher = CLUSTER.matcher(text);
        while (matcher.find()) {
            boundaries.set(matcher.end());
        }
        return boundaries;
    }

    private static boolean isSimple(String text) {
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (unit >= FIRST_COMBINING_MARK || unit == '\r') {
                return false;
            }
        }
        return true;
    }
}
