package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.ColumnPolicy;
import dev.freshet.schemas.privacy.HashKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link RowChangeTransform}, checked.
 *
 * @param rowsTopic the topic that rows go to
 * @param datasets the dataset of each table, by {@code schema.table} or {@code database.table}; one table per dataset
 * @param textColumns by dataset, the columns whose text is to be embedded; datasets without an entry have theirs proposed
 * @param ignoredTables tables whose changes are dropped
 * @param placeholder what Debezium sends for a value that it does not have, read only
 * @param columnPolicies by dataset, what is done to columns before they leave
 * @param hashKey of columns that are hashed; null: there is none, nor such a column
 */
record TransformSettings(
        String rowsTopic,
        Map<String, String> datasets,
        Map<String, Set<String>> textColumns,
        Set<String> ignoredTables,
        ByteBuffer placeholder,
        Map<String, ColumnPolicies> columnPolicies,
        @Nullable HashKey hashKey) {
    static final String ROWS_TOPIC = "rows.topic";
    static final String DATASETS = "datasets";
    static final String TEXT_COLUMNS = "text.columns";
    static final String IGNORED_TABLES = "ignored.tables";
    static final String PLACEHOLDER = "unavailable.value.placeholder";
    static final String COLUMN_POLICIES = "column.policies";
    static final String HASH_KEY = HashKey.SETTING;

    private static final String HEX_PREFIX = "hex:";
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})+");

    /** As the catalog has it. */
    private static final Pattern DATASET = Pattern.compile("[a-z0-9_-]{1,64}");

    /** What Connect itself hands to a transformation, beside the settings of its own. */
    private static final Set<String> OF_CONNECT = Set.of("type", "predicate", "negate", "plugin.version");

    TransformSettings {
        requireNonNull(rowsTopic, "rowsTopic is null");
        datasets = Map.copyOf(datasets);
        textColumns = Map.copyOf(textColumns);
        ignoredTables = Set.copyOf(ignoredTables);
        placeholder = placeholder.asReadOnlyBuffer();
        columnPolicies = Map.copyOf(columnPolicies);
        requireKnown(TEXT_COLUMNS, textColumns.keySet(), datasets);
        requireKnown(COLUMN_POLICIES, columnPolicies.keySet(), datasets);
        for (String table : ignoredTables) {
            if (datasets.containsKey(table)) {
                throw new ConfigException(
                        IGNORED_TABLES,
                        table,
                        "the table has a dataset in " + DATASETS
                                + ", which would get no rows: take it out of one of the two");
            }
        }
        if (hashKey == null && columnPolicies.values().stream().anyMatch(ColumnPolicies::needsKey)) {
            throw new ConfigException("Columns are to be hashed (" + COLUMN_POLICIES + "), which needs " + HASH_KEY
                    + ": the key that Freshet's processes have, given by a config provider");
        }
    }

    /** Settings under which every column leaves as it is. */
    TransformSettings(
            String rowsTopic,
            Map<String, String> datasets,
            Map<String, Set<String>> textColumns,
            Set<String> ignoredTables,
            ByteBuffer placeholder) {
        this(rowsTopic, datasets, textColumns, ignoredTables, placeholder, Map.of(), null);
    }

    private static void requireKnown(String setting, Set<String> named, Map<String, String> datasets) {
        for (String dataset : named) {
            if (!datasets.containsValue(dataset)) {
                throw new ConfigException(setting, dataset, "no table has this dataset in " + DATASETS);
            }
        }
    }

    static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        DATASETS,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        LambdaValidator.with(
                                (name, value) -> datasets(list(value)),
                                () -> "TABLE:DATASET, …; a dataset is 1 to 64 of a-z, 0-9, '_' and '-'"),
                        Importance.HIGH,
                        "The tables and their datasets, one dataset per table: schema.table:dataset for Postgres, database.table:dataset for MySQL and MariaDB. Changes of"
                                + " other tables are refused.")
                .define(
                        TEXT_COLUMNS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        LambdaValidator.with((name, value) -> textColumns(list(value)), () -> "DATASET.COLUMN, …"),
                        Importance.HIGH,
                        "The columns whose text is embedded when a dataset is created from its table. Of a dataset that none is named of, character columns of 100"
                                + " characters or more, or without a limit, are proposed.")
                .define(
                        ROWS_TOPIC,
                        ConfigDef.Type.STRING,
                        "freshet.rows",
                        new NonEmptyString(),
                        Importance.MEDIUM,
                        "The topic that rows are written to: Freshet's topic prefix and '.rows'.")
                .define(
                        IGNORED_TABLES,
                        ConfigDef.Type.LIST,
                        List.of(),
                        Importance.LOW,
                        "Tables whose changes are dropped without a word, named as in datasets: the connector's signal table, for example.")
                .define(
                        PLACEHOLDER,
                        ConfigDef.Type.STRING,
                        "__debezium_unavailable_value",
                        new NonEmptyString(),
                        Importance.LOW,
                        "The connector's setting of the same name: what it sends for a column that did not change and that the database therefore did not send"
                                + " (TOAST). Starting with hex:, the bytes in hexadecimal.")
                .define(
                        COLUMN_POLICIES,
                        ConfigDef.Type.LIST,
                        List.of(),
                        LambdaValidator.with(
                                (name, value) -> columnPolicies(list(value)),
                                () -> "DATASET.COLUMN:POLICY, …; a policy is keep, drop, mask or hash"),
                        Importance.HIGH,
                        "What is done to columns before they leave Connect, as with a dataset's column_policies. Columns of the key can only be kept.")
                .define(
                        HASH_KEY,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.MEDIUM,
                        "Key of the columns whose policy is hash: the one that Freshet's processes have, at least 16 characters. Give it by a config provider.");
    }

    /**
     * Reads the settings.
     *
     * @throws ConfigException if one is missing, wrong or unknown: a misspelt setting that should hold something back must not go unnoticed
     */
    static TransformSettings of(Map<String, ?> given) {
        ConfigDef definition = definition();
        given.keySet().forEach(name -> {
            if (!definition.names().contains(name) && !OF_CONNECT.contains(name)) {
                throw new ConfigException("RowChangeTransform has no setting '" + name + "'; it has "
                        + String.join(", ", definition.names()));
            }
        });
        AbstractConfig config = new AbstractConfig(definition, given);
        return new TransformSettings(
                config.getString(ROWS_TOPIC),
                datasets(config.getList(DATASETS)),
                textColumns(config.getList(TEXT_COLUMNS)),
                Set.copyOf(config.getList(IGNORED_TABLES)),
                placeholder(config.getString(PLACEHOLDER)),
                columnPolicies(config.getList(COLUMN_POLICIES)),
                hashKey(config.getPassword(HASH_KEY).value()));
    }

    private static @Nullable HashKey hashKey(String secret) {
        try {
            return secret.isEmpty() ? null : new HashKey(secret);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, ColumnPolicies> columnPolicies(List<String> entries) {
        Map<String, Map<String, ColumnPolicy>> policies = new HashMap<>();
        for (String entry : entries) {
            int dot = entry.indexOf('.');
            int colon = entry.lastIndexOf(':');
            if (dot < 1 || colon < dot + 2) {
                throw new ConfigException(
                        COLUMN_POLICIES, entry, "must be DATASET.COLUMN:POLICY, for example customers.email:mask");
            }
            if (policies.computeIfAbsent(entry.substring(0, dot), dataset -> new HashMap<>())
                            .put(entry.substring(dot + 1, colon), policy(entry, entry.substring(colon + 1)))
                    != null) {
                throw new ConfigException(COLUMN_POLICIES, entry, "the column has two policies, it can have one");
            }
        }
        Map<String, ColumnPolicies> byDataset = new HashMap<>();
        policies.forEach((dataset, byColumn) -> byDataset.put(dataset, new ColumnPolicies(byColumn)));
        return byDataset;
    }

    private static ColumnPolicy policy(String entry, String name) {
        try {
            return ColumnPolicy.parse(name);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(COLUMN_POLICIES, entry, String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> datasets(List<String> entries) {
        Map<String, String> datasets = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (String entry : entries) {
            int colon = entry.lastIndexOf(':');
            String dataset = entry.substring(colon + 1);
            if (colon < 1 || !DATASET.matcher(dataset).matches()) {
                throw new ConfigException(
                        DATASETS,
                        entry,
                        "must be TABLE:DATASET, for example public.album:albums; a dataset is 1 to 64 of a-z, 0-9, '_' and '-'");
            }
            if (datasets.put(entry.substring(0, colon), dataset) != null) {
                throw new ConfigException(DATASETS, entry, "the table has two datasets, it can have one");
            }
            if (!taken.add(dataset)) {
                throw new ConfigException(
                        DATASETS,
                        entry,
                        "the dataset has two tables, whose rows would overwrite each other: give each its own");
            }
        }
        if (datasets.isEmpty()) {
            throw new ConfigException(DATASETS, entries, "must name at least one table");
        }
        return datasets;
    }

    private static Map<String, Set<String>> textColumns(List<String> entries) {
        Map<String, Set<String>> columns = new HashMap<>();
        for (String entry : entries) {
            int dot = entry.indexOf('.');
            if (dot < 1 || dot == entry.length() - 1) {
                throw new ConfigException(TEXT_COLUMNS, entry, "must be DATASET.COLUMN, for example albums.title");
            }
            columns.computeIfAbsent(entry.substring(0, dot), dataset -> new LinkedHashSet<>())
                    .add(entry.substring(dot + 1));
        }
        return columns;
    }

    private static ByteBuffer placeholder(String text) {
        if (!text.startsWith(HEX_PREFIX)) {
            return ByteBuffer.wrap(text.getBytes(UTF_8));
        }
        String digits = text.substring(HEX_PREFIX.length());
        if (!HEX.matcher(digits).matches()) {
            throw new ConfigException(PLACEHOLDER, text, "must be pairs of hexadecimal digits after " + HEX_PREFIX);
        }
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }

    @SuppressWarnings("unchecked")
    private static List<String> list(@Nullable Object value) {
        // Null when Connect validates a configuration in which it is missing.
        return value == null ? List.of() : (List<String>) value;
    }
}
