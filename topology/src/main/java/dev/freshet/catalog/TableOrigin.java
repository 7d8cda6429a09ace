package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table that a dataset's rows come from, as it was last seen.
 *
 * @param system for example postgresql, mysql, mariadb
 * @param table with its schema, where the system has any
 * @param columns all columns in the table's order, with the types that the source gave them
 * @param asOf when the change was made that first showed these columns
 * @param textProposed whether the dataset's text columns were proposed by their types, and nobody has confirmed them
 * @param changes how the columns changed, the oldest first; the last {@value #CHANGES_MAX} only
 */
public record TableOrigin(
        String system,
        @Nullable String database,
        @Nullable String table,
        List<Column> columns,
        Instant asOf,
        boolean textProposed,
        List<ColumnChange> changes) {
    /** How many changes of columns are remembered. */
    public static final int CHANGES_MAX = 20;

    public TableOrigin {
        requireNonNull(system, "system is null");
        requireNonNull(asOf, "asOf is null");
        columns = List.copyOf(columns);
        changes = List.copyOf(changes);
    }

    /** A column as the table has it; the type is the source's own name of it. */
    public record Column(String name, String type) {
        public Column {
            requireNonNull(name, "name is null");
            requireNonNull(type, "type is null");
        }
    }

    /**
     * A column that came, went, or took another type.
     *
     * @param asOf when the change was made that first showed it
     * @param before its type before; null: there was no such column
     * @param after its type from then on; null: it was dropped
     */
    public record ColumnChange(
            Instant asOf,
            String column,
            @Nullable String before,
            @Nullable String after) {
        public ColumnChange {
            requireNonNull(asOf, "asOf is null");
            requireNonNull(column, "column is null");
            if (before == null && after == null) {
                throw new IllegalArgumentException("the column " + column + " neither came nor went");
            }
        }
    }

    /** Whether it is the same table, whatever its columns are. */
    public boolean sameTable(TableOrigin other) {
        return name().equals(other.name());
    }

    /** The table for people: {@code postgresql chinook public.album}, without what is not known. */
    public String name() {
        return name(system, database, table);
    }

    /** As {@link #name()}, of parts. */
    public static String name(String system, @Nullable String database, @Nullable String table) {
        return Stream.of(system, database, table).flatMap(Stream::ofNullable).collect(Collectors.joining(" "));
    }
}
