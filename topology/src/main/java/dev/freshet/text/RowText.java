package dev.freshet.text;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A row's text: its text columns, in the dataset's declared order, with a blank line between them. */
public final class RowText {
    private static final String BLANK_LINE = "\n\n";

    private RowText() {}

    /** Joins the values of the text columns as they are; null and blank ones are left out. Empty if there are no others. */
    public static String join(List<? extends @Nullable String> columns) {
        return columns.stream()
                .filter(column -> column != null && !WhiteSpace.isBlank(column))
                .collect(Collectors.joining(BLANK_LINE));
    }
}
