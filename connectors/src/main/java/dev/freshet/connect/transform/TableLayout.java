package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.type.ColumnConverter;
import dev.freshet.connect.type.ColumnConverters;
import dev.freshet.connect.type.SourceColumn;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.ColumnPolicy;
import dev.freshet.schemas.row.ColumnValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one table are read while its schema stays the same: its key, its columns and their converters. Immutable.
 *
 * <p>Errors name table and column, and quote no value: they go to logs that people read who may not read the table.
 */
final class TableLayout {
    private final String table;
    private final Schema keySchema;
    private final Schema rowSchema;
    private final Map<String, ColumnConverter> keyConverters;
    private final Map<String, ColumnConverter> converters;
    private final List<String> leftOut;
    private final TableSchema schema;

    /**
     * @param text the columns to be embedded as the settings name them; null: they are proposed
     * @param policies of columns: those whose values are changed are not to be embedded
     * @throws DataException if the key has a column of a type that cannot be a key
     */
    TableLayout(String table, Schema keySchema, Schema rowSchema, @Nullable Set<String> text, ColumnPolicies policies) {
        this.table = requireNonNull(table, "table is null");
        this.keySchema = requireNonNull(keySchema, "keySchema is null");
        this.rowSchema = requireNonNull(rowSchema, "rowSchema is null");
        this.keyConverters = new LinkedHashMap<>();
        keySchema.fields().forEach(field -> keyConverters.put(field.name(), keyConverter(field, rowSchema)));
        this.converters = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        for (Field field : rowSchema.fields()) {
            Optional<ColumnConverter> converter = converter(field);
            converter.ifPresentOrElse(known -> converters.put(field.name(), known), () -> without.add(field.name()));
        }
        this.leftOut = List.copyOf(without);
        this.schema = new TableSchema(
                List.copyOf(keyConverters.keySet()),
                rowSchema.fields().stream()
                        .map(field -> column(field, text, policies))
                        .toList(),
                text == null);
    }

    /** Whether rows of these schemas are read in this way. */
    boolean fits(Schema otherKey, Schema otherRow) {
        // Debezium makes one schema per version of a table and hands out the same object.
        return (keySchema == otherKey || keySchema.equals(otherKey))
                && (rowSchema == otherRow || rowSchema.equals(otherRow));
    }

    /** The columns of the key, in its order, and all columns of the table. Those that are left out are listed too, and their type says so. */
    TableSchema schema() {
        return schema;
    }

    /** Binary columns, whose values are not taken over. */
    List<String> leftOut() {
        return leftOut;
    }

    /**
     * The row key: the values of the key's columns, joined as {@link RowKeys} does.
     *
     * @param unavailable recognises values that were not sent; null: all were
     * @throws DataException for a key that no row can have, and one that was not sent
     */
    String rowKey(Struct key, @Nullable UnavailableValues unavailable) {
        List<String> parts = new ArrayList<>(keyConverters.size());
        keyConverters.forEach((column, converter) -> {
            Object value = key.getWithoutDefault(column);
            if (value != null && unavailable != null && unavailable.matches(value)) {
                throw new DataException("the database did not send column '" + column + "' of table '" + table
                        + "', which is part of its key, because it did not change: give the table REPLICA IDENTITY FULL,"
                        + " or name columns of short values in message.key.columns");
            }
            String part = value == null
                    ? null
                    : ColumnValues.toText(convert(column, converter, value)).orElse(null);
            if (part == null) {
                throw new DataException(
                        "a row of table '" + table + "' has no value, or one with structure, in column '" + column
                                + "' of its key: name columns of text or numbers that are never null in message.key.columns");
            }
            parts.add(part);
        });
        String rowKey = RowKeys.join(parts);
        if (rowKey.isEmpty()) {
            throw new DataException("a row of table '" + table + "' has an empty key, which Freshet cannot address: "
                    + "give the row another key, or take the table out of table.include.list");
        }
        return rowKey;
    }

    /**
     * The columns of a row. Nulls are in it too; binary columns are not.
     *
     * @param unavailable recognises values that were not sent; null: all were
     */
    Map<String, @Nullable Object> columns(Struct row, @Nullable UnavailableValues unavailable) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        converters.forEach((column, converter) -> {
            // Not get: it would make the column's default of a null.
            Object value = row.getWithoutDefault(column);
            if (value == null) {
                columns.put(column, null);
            } else if (unavailable != null && unavailable.matches(value)) {
                columns.put(column, new Unavailable());
            } else {
                columns.put(column, convert(column, converter, value));
            }
        });
        return columns;
    }

    private @Nullable Object convert(String column, ColumnConverter converter, Object value) {
        try {
            return converter.convert(value);
        } catch (RuntimeException e) {
            throw new DataException(
                    "column '" + column + "' of table '" + table + "': a value of "
                            + value.getClass().getSimpleName() + " is not what its schema says (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    private ColumnConverter keyConverter(Field field, Schema rowSchema) {
        try {
            return ColumnConverters.ofKey(keyColumn(field, rowSchema));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    "column '" + field.name() + "' of table '" + table + "': " + e.getMessage()
                            + ". Name other columns in message.key.columns",
                    e);
        }
    }

    /**
     * The schema that says most of a column of the key: the row's, which alone tells the type in the database, so that a number has the same text whether it is sent as a number or as a string. If the key
     * has another type than the row, the key's own.
     */
    private static Schema keyColumn(Field field, Schema rowSchema) {
        Field column = rowSchema.field(field.name());
        return column != null
                        && column.schema().type() == field.schema().type()
                        && Objects.equals(column.schema().name(), field.schema().name())
                ? column.schema()
                : field.schema();
    }

    /** A binary column that is part of the key stays readable: the key shows it anyway. */
    private Optional<ColumnConverter> converter(Field field) {
        return keyConverters.containsKey(field.name())
                ? Optional.of(ColumnConverters.ofKey(field.schema()))
                : ColumnConverters.of(field.schema());
    }

    private TableColumn column(Field field, @Nullable Set<String> text, ColumnPolicies policies) {
        boolean changed =
                policies.of(field.name()).filter(ColumnPolicy::protects).isPresent();
        boolean known = converters.containsKey(field.name());
        boolean embedded = text == null
                ? TextColumns.isProposed(field.schema()) && !keyConverters.containsKey(field.name())
                : text.contains(field.name());
        return new TableColumn(
                field.name(),
                known ? type(field.schema()) : type(field.schema()) + ", left out: binary",
                embedded && known && !changed);
    }

    /** The database's name of the type, with the length if it is of characters; or else Connect's. */
    private static String type(Schema schema) {
        SourceColumn source = SourceColumn.of(schema);
        if (source.type() == null) {
            return schema.name() == null ? schema.type().getName().toLowerCase(Locale.ROOT) : schema.name();
        }
        return TextColumns.isCharacter(source) && source.length() > 0
                ? source.type() + "(" + source.length() + ")"
                : source.type();
    }
}
