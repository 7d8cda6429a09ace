package dev.freshet.connect.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * A table and the dataset that its rows go to: {@code public.album:albums}.
 *
 * @param schema the schema, or with MySQL and MariaDB the database
 */
record TableMapping(String schema, String table, String dataset) {
    private static final Pattern DATASET = Pattern.compile("[a-z0-9_-]{1,64}");

    /** Debezium's lists of tables are regular expressions. */
    private static final Pattern MARKED = Pattern.compile("[^\\p{L}\\p{N}_]");

    /**
     * Reads the list of a source.
     *
     * @param defaultSchema of tables that are named without one; null: each must be named with it
     * @throws ConfigException that names the entry
     */
    static List<TableMapping> parse(List<String> entries, @Nullable String defaultSchema) {
        if (entries.isEmpty()) {
            throw new ConfigException(
                    "tables is empty, it must list the tables and their datasets, such as public.album:albums");
        }
        List<TableMapping> tables = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> datasets = new HashSet<>();
        for (String entry : entries) {
            TableMapping table = parse(entry, defaultSchema);
            if (!names.add(table.name())) {
                throw new ConfigException("tables names " + table.name() + " twice");
            }
            if (!datasets.add(table.dataset())) {
                throw new ConfigException("tables has two tables for the dataset '" + table.dataset()
                        + "': their keys would meet. Give each table a dataset of its own");
            }
            tables.add(table);
        }
        return List.copyOf(tables);
    }

    private static TableMapping parse(String entry, @Nullable String defaultSchema) {
        int colon = entry.lastIndexOf(':');
        String name = colon < 0 ? "" : entry.substring(0, colon).strip();
        String dataset = entry.substring(colon + 1).strip();
        int dot = name.indexOf('.');
        if (name.isEmpty() || dot == 0 || dot == name.length() - 1 || name.indexOf('.', dot + 1) >= 0) {
            throw new ConfigException(
                    "tables has '" + entry + "', it must be TABLE:DATASET such as public.album:albums");
        }
        if (!DATASET.matcher(dataset).matches()) {
            throw new ConfigException("tables has '" + entry + "': the dataset's name is '" + dataset
                    + "', it must be 1 to 64 characters of a-z, 0-9, '_' and '-'");
        }
        if (dot < 0 && defaultSchema == null) {
            throw new ConfigException("tables has '" + entry
                    + "': say which database the table is in, such as shop.album:albums, or set database");
        }
        return dot < 0
                ? new TableMapping(String.valueOf(defaultSchema), name, dataset)
                : new TableMapping(name.substring(0, dot), name.substring(dot + 1), dataset);
    }

    /** {@code schema.table}. */
    String name() {
        return schema + "." + table;
    }

    /** As the transformation is told. */
    String entry() {
        return name() + ":" + dataset;
    }

    /** A regular expression that only this table's name matches; Debezium ignores the case of letters. */
    String pattern() {
        return quoted(schema) + "\\." + quoted(table);
    }

    static String quoted(String name) {
        return MARKED.matcher(name).replaceAll("\\\\$0");
    }
}
