package dev.freshet.connect.transform;

import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.ColumnPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that have come by, each as it was last. A table whose columns change is read anew from then on; one whose key changes is refused, because the keys of its rows
 * would. What is remembered is gone when the task restarts: then the dataset, which knows its columns, refuses such rows.
 *
 * <p>For the task's thread only.
 */
final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private final Map<String, String> datasets;
    private final Map<String, Set<String>> textColumns;
    private final Map<String, ColumnPolicies> columnPolicies;
    private final Map<String, TableLayout> layouts = new HashMap<>();

    /** @param columnPolicies by dataset */
    Tables(
            Map<String, String> datasets,
            Map<String, Set<String>> textColumns,
            Map<String, ColumnPolicies> columnPolicies) {
        this.datasets = Map.copyOf(datasets);
        this.textColumns = Map.copyOf(textColumns);
        this.columnPolicies = Map.copyOf(columnPolicies);
    }

    /** What is done to the columns of a table before they leave. */
    ColumnPolicies policies(String table) {
        return columnPolicies.getOrDefault(dataset(table), ColumnPolicies.NONE);
    }

    /** The dataset of a table, if it has one. */
    Optional<String> knownDataset(String table) {
        return Optional.ofNullable(datasets.get(table));
    }

    /** The dataset of a table. Throws {@link DataException} if it has none. */
    String dataset(String table) {
        String dataset = datasets.get(table);
        if (dataset == null) {
            throw new DataException("table '" + table + "' has no dataset: add '" + table + ":DATASET' to the setting "
                    + TransformSettings.DATASETS
                    + ", or take the table out of table.include.list. A table that was renamed is another table:"
                    + " name the new one in place of the old to go on with the same dataset");
        }
        return dataset;
    }

    /** How rows of a table are read that came with these schemas. Throws {@link DataException} if its key is missing or another one than before. */
    TableLayout layout(String table, @Nullable Schema keySchema, Schema rowSchema) {
        if (keySchema == null
                || keySchema.type() != Schema.Type.STRUCT
                || keySchema.fields().isEmpty()) {
            throw new DataException("table '" + table
                    + "' has no primary key, so that nothing tells which row a change is of: add a primary key, or name"
                    + " columns that are unique and never null in the connector's setting message.key.columns, for example "
                    + table + ":id");
        }
        TableLayout before = layouts.get(table);
        if (before != null && before.fits(keySchema, rowSchema)) {
            return before;
        }
        TableLayout layout =
                new TableLayout(table, keySchema, rowSchema, textColumns.get(dataset(table)), policies(table));
        requireKeptKey(table, layout);
        if (before != null) {
            requireSameKey(table, before, layout);
        }
        layouts.put(table, layout);
        tell(table, layout);
        return layout;
    }

    /** The row key stands in every record, so a column of it cannot be hidden. */
    private void requireKeptKey(String table, TableLayout layout) {
        ColumnPolicies policies = policies(table);
        for (String column : layout.schema().getIdColumns()) {
            if (policies.of(column).filter(ColumnPolicy::protects).isPresent()) {
                throw new DataException("column '" + column + "' of table '" + table
                        + "' is part of the key, which stands in every record, and can only be kept: take it out of the setting "
                        + TransformSettings.COLUMN_POLICIES + ", or name other columns in message.key.columns");
            }
        }
    }

    private void requireSameKey(String table, TableLayout before, TableLayout layout) {
        List<String> was = before.schema().getIdColumns();
        List<String> is = layout.schema().getIdColumns();
        if (!was.equals(is)) {
            throw new DataException(
                    "the key of table '" + table + "' is now " + is + " and was " + was + ", and the rows of dataset '"
                            + dataset(table) + "' are known by it: give the table another dataset in the setting "
                            + TransformSettings.DATASETS + ", take a new snapshot, and delete the dataset '"
                            + dataset(table) + "'");
        }
    }

    private void tell(String table, TableLayout layout) {
        String dataset = dataset(table);
        List<String> text = layout.schema().getColumns().stream()
                .filter(TableColumn::getText)
                .map(TableColumn::getName)
                .toList();
        Set<String> configured = textColumns.get(dataset);
        LOG.info(
                "Table {} goes to dataset {}: key {}, text columns {} ({})",
                table,
                dataset,
                layout.schema().getIdColumns(),
                text,
                configured == null ? "proposed" : "as configured");
        if (configured != null && !text.containsAll(configured)) {
            LOG.warn(
                    "Setting {} names columns of dataset {} that table {} does not have, or whose values are binary: {} of {} are there",
                    TransformSettings.TEXT_COLUMNS,
                    dataset,
                    table,
                    text,
                    configured);
        }
        List<String> columns =
                layout.schema().getColumns().stream().map(TableColumn::getName).toList();
        List<String> unknown = policies(table).byColumn().keySet().stream()
                .filter(column -> !columns.contains(column))
                .toList();
        if (!unknown.isEmpty()) {
            LOG.warn(
                    "Setting {} names columns of dataset {} that table {} does not have: {}. If they were renamed, nothing protects them under their new names",
                    TransformSettings.COLUMN_POLICIES,
                    dataset,
                    table,
                    unknown);
        }
        if (!layout.leftOut().isEmpty()) {
            LOG.info("Table {} has binary columns, which are left out of its rows: {}", table, layout.leftOut());
        }
    }
}
