package dev.freshet.ops.cli;

/** How wide text is on a terminal: East Asian characters and emoji take two columns, combining marks none. */
final class TextWidth {
    private TextWidth() {}

    static int of(String text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    /** The text in one line of at most {@code columns}, with an ellipsis if it was longer. */
    static String fit(String text, int columns) {
        StringBuilder line = new StringBuilder();
        text.strip()
                .codePoints()
                .map(point -> Character.isWhitespace(point) || Character.isISOControl(point) ? ' ' : point)
                .filter(point -> point != ' ' || line.isEmpty() || line.charAt(line.length() - 1) != ' ')
                .forEach(line::appendCodePoint);
        if (of(line.toString()) <= columns) {
            return line.toString();
        }
        StringBuilder fitted = new StringBuilder();
        int width = 1;
        for (int point : line.codePoints().toArray()) {
            width += of(point);
            if (width > columns) {
                break;
            }
            fitted.appendCodePoint(point);
        }
        return fitted.append('…').toString();
    }

    static String padRight(String text, int columns) {
        return text + " ".repeat(Math.max(columns - of(text), 0));
    }

    static String padLeft(String text, int columns) {
        return " ".repeat(Math.max(columns - of(text), 0)) + text;
    }

    private static int of(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (point >= 0x1100 && point <= 0x115F)
                || (point >= 0x2E80 && point <= 0xA4CF)
                || (point >= 0xAC00 && point <= 0xD7A3)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0xFE30 && point <= 0xFE6F)
                || (point >= 0xFF00 && point <= 0xFF60)
                || (point >= 0xFFE0 && point <= 0xFFE6)
                || (point >= 0x1F300 && point <= 0x1FAFF)
                || (point >= 0x20000 && point <= 0x3FFFD);
        return wide ? 2 : 1;
    }
}
