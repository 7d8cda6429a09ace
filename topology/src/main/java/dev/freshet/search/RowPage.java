package dev.freshet.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of one index in one partition.
 *
 * @param rows those that were asked for; of many rows of which few pass a filter perhaps none
 * @param last the row that was looked at last, to go on behind it; null if there is nothing behind
 * @param bytes of the rows, as they are stored
 */
public record RowPage(List<RowView> rows, @Nullable String last, long bytes) {
    public RowPage {
        rows = List.copyOf(rows);
    }
}
