package dev.freshet.ops.cli;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the terminal. Java 17 cannot tell whether standard error alone is one, so the launcher does: {@value #PROPERTY}, and the
 * width in {@value #COLUMNS_PROPERTY}.
 */
final class Terminal {
    static final String PROPERTY = "freshet.terminal";
    static final String COLUMNS_PROPERTY = "freshet.columns";
    private static final int DEFAULT_COLUMNS = 100;
    private static final int MIN_COLUMNS = 40;

    private Terminal() {}

    /** Whether progress on standard error is seen by somebody. */
    static boolean interactive() {
        return Boolean.getBoolean(PROPERTY);
    }

    /** Columns to write tables in. */
    static int columns() {
        int columns = parse(System.getProperty(COLUMNS_PROPERTY));
        columns = columns > 0 ? columns : parse(System.getenv("COLUMNS"));
        return columns > 0 ? Math.max(columns, MIN_COLUMNS) : DEFAULT_COLUMNS;
    }

    private static int parse(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
