package dev.freshet.schemas.row;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much a change may say of where it comes from: of its source, which is stored with the row and counted for the lineage, and of the shape of its table, which the catalog keeps. Producers write
 * both, and without a limit one of them could make a record that Kafka refuses. All lengths are in UTF-16 units.
 */
public final class SourceLimits {
    /** Of the system, the database, the table and the position of a source, and of the name of a stream, each. Databases allow names of up to 128 characters. */
    public static final int TEXT_LENGTH_MAX = 1_000;

    /** Columns of a table, and of its key. MySQL allows the most, 4,096. */
    public static final int COLUMNS_MAX = 5_000;

    /** Of the name of a column. */
    public static final int NAME_LENGTH_MAX = 500;

    /** Of the type of a column. */
    public static final int TYPE_LENGTH_MAX = 1_000;

    /** Of the names and types of a table's columns together, so that its dataset fits into a record of the catalog: at most 1 MiB, with up to three bytes for each character and names that stand there twice. */
    public static final int SCHEMA_LENGTH_MAX = 100_000;

    private SourceLimits() {}

    /** What is too much in a change, and how much may be; empty if nothing is. Quotes no value. */
    public static Optional<String> excess(RowChange change) {
        return excess(change.getSource())
                .or(() -> change.getPlace() == null
                        ? Optional.empty()
                        : text("place.stream", change.getPlace().getStream()))
                .or(() -> excess(change.getSchema$()));
    }

    private static Optional<String> excess(@Nullable Source source) {
        if (source == null) {
            return Optional.empty();
        }
        return text("source.system", source.getSystem())
                .or(() -> text("source.database", source.getDatabase()))
                .or(() -> text("source.table", source.getTable()))
                .or(() -> text("source.position", source.getPosition()));
    }

    private static Optional<String> text(String field, @Nullable String text) {
        return length(field, text == null ? 0 : text.length(), TEXT_LENGTH_MAX);
    }

    private static Optional<String> excess(@Nullable TableSchema schema) {
        if (schema == null) {
            return Optional.empty();
        }
        return count("schema.id_columns", schema.getIdColumns().size())
                .or(() -> count("schema.columns", schema.getColumns().size()))
                .or(() -> names(schema.getIdColumns()))
                .or(() -> columns(schema.getColumns()))
                .or(() -> length("schema, with all names and types together,", length(schema), SCHEMA_LENGTH_MAX));
    }

    private static Optional<String> names(List<String> idColumns) {
        return idColumns.stream()
                .map(name -> length("a name in schema.id_columns", name.length(), NAME_LENGTH_MAX))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> columns(List<TableColumn> columns) {
        return columns.stream()
                .map(column -> length(
                                "a name in schema.columns", column.getName().length(), NAME_LENGTH_MAX)
                        .or(() -> length(
                                "a type in schema.columns", column.getType().length(), TYPE_LENGTH_MAX)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** At most some 10 million, as names, types and their number have been looked at before. */
    private static int length(TableSchema schema) {
        int length = 0;
        for (String name : schema.getIdColumns()) {
            length += name.length();
        }
        for (TableColumn column : schema.getColumns()) {
            length += column.getName().length() + column.getType().length();
        }
        return length;
    }

    private static Optional<String> length(String what, int length, int max) {
        return length <= max
                ? Optional.empty()
                : Optional.of(what + " has " + length + " characters, at most " + max + " are allowed");
    }

    private static Optional<String> count(String what, int count) {
        return count <= COLUMNS_MAX
                ? Optional.empty()
                : Optional.of(what + " has " + count + " columns, at most " + COLUMNS_MAX + " are allowed");
    }
}
