package dev.freshet.http;

import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.TableOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table that a dataset's rows come from, as answers show it.
 *
 * @param textColumns {@code proposed} while the columns that are embedded were chosen by their types alone; {@code configured} once anybody named them
 * @param columns all that the table has, in its order
 * @param asOf when the change was made that first showed these columns
 * @param changes how the columns changed, the oldest first; the last ones only
 */
record OriginInfo(
        String system,
        @Nullable String database,
        @Nullable String table,
        String textColumns,
        List<Column> columns,
        String asOf,
        List<Change> changes) {
    /**
     * A column of the table.
     *
     * @param type the source's own name of it
     * @param text whether the dataset embeds it
     */
    record Column(String name, String type, boolean text) {}

    /**
     * A column that came, went, or took another type.
     *
     * @param before its type before; null: there was no such column
     * @param after its type from then on; null: it was dropped
     */
    record Change(
            String asOf,
            String column,
            @Nullable String before,
            @Nullable String after) {}

    static @Nullable OriginInfo of(Dataset dataset) {
        TableOrigin origin = dataset.origin();
        return origin == null
                ? null
                : new OriginInfo(
                        origin.system(),
                        origin.database(),
                        origin.table(),
                        origin.textProposed() ? "proposed" : "configured",
                        origin.columns().stream()
                                .map(column -> new Column(
                                        column.name(),
                                        column.type(),
                                        dataset.textColumns().contains(column.name())))
                                .toList(),
                        origin.asOf().toString(),
                        origin.changes().stream()
                                .map(change -> new Change(
                                        change.asOf().toString(), change.column(), change.before(), change.after()))
                                .toList());
    }
}
