package dev.freshet.refresh;

import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.TableOrigin;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the changes of rows say of the tables that they come from. */
final class TableChanges {
    private static final String AND_REPLAY = "; then replay the dead letter";

    private final TableRegistrar registrar;

    TableChanges(TableRegistrar registrar) {
        this.registrar = registrar;
    }

    /**
     * Asks for the dataset of a change, if the change tells what it is to be. Throws {@code UNKNOWN_DATASET} if the catalog has refused to create it, for a reason that does not pass by itself: the
     * change need not wait.
     *
     * @param timestamp when the change was written to the rows topic, in ms since 1970
     */
    void unknown(RowChange change, long timestamp) {
        TableSchema schema = change.getSchema$();
        if (schema != null) {
            TableSpec table = spec(change, schema, timestamp);
            registrar.finalRefusal(table).ifPresent(reason -> {
                throw new FreshetException(
                        ErrorCode.UNKNOWN_DATASET,
                        "there is no dataset '" + table.dataset() + "': " + reason + AND_REPLAY);
            });
            registrar.register(table);
        }
    }

    /** Why there is no dataset for a change, and what to do; empty while that is not known, because the catalog has not answered: the change may then wait on. */
    Optional<String> whyUnknown(RowChange change) {
        return change.getSchema$() == null
                ? Optional.of("create it, then replay the dead letter")
                : registrar.refusal(change.getDataset()).map(reason -> reason + AND_REPLAY);
    }

    /**
     * Looks at a change whose dataset is known: notes what is new of the table. Throws {@code ID_COLUMNS_CHANGED} if the rows have another key than the dataset's, and {@code DATASET_IS_DIRECT} if
     * they would need vectors.
     */
    void known(Dataset dataset, RowChange change, long timestamp) {
        TableSchema schema = change.getSchema$();
        if (schema == null) {
            return;
        }
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + dataset.name() + "' belongs to a direct index, whose rows bring vectors: give "
                            + table(change) + " a dataset of another name (setting datasets of its connector)");
        }
        if (!dataset.idColumns().equals(schema.getIdColumns())) {
            throw new FreshetException(
                    ErrorCode.ID_COLUMNS_CHANGED,
                    table(change) + " has the key " + schema.getIdColumns() + ", the dataset '" + dataset.name()
                            + "' the id_columns " + dataset.idColumns()
                            + ": give the table a dataset of another name (setting datasets of its connector), or drop this one and send the table anew");
        }
        if (isNews(dataset.origin(), change, schema, timestamp)) {
            registrar.register(spec(change, schema, timestamp));
        }
    }

    /** Partitions come to a changed table one after the other, so rows from before the change may follow others from after it. */
    private static boolean isNews(@Nullable TableOrigin origin, RowChange change, TableSchema schema, long timestamp) {
        if (origin == null) {
            return true;
        }
        if (sameColumns(origin.columns(), schema.getColumns())) {
            return false;
        }
        return asOf(change, timestamp).isAfter(origin.asOf()) && origin.name().equals(table(change));
    }

    private static boolean sameColumns(List<Column> known, List<TableColumn> seen) {
        if (known.size() != seen.size()) {
            return false;
        }
        for (int i = 0; i < known.size(); i++) {
            if (!known.get(i).name().equals(seen.get(i).getName())
                    || !known.get(i).type().equals(seen.get(i).getType())) {
                return false;
            }
        }
        return true;
    }

    private static TableSpec spec(RowChange change, TableSchema schema, long timestamp) {
        Origin origin = Origin.of(change.getSource());
        return new TableSpec(
                change.getDataset(),
                schema.getIdColumns(),
                schema.getColumns().stream()
                        .filter(TableColumn::getText)
                        .map(TableColumn::getName)
                        .toList(),
                new TableOrigin(
                        origin.system(),
                        origin.database(),
                        origin.table(),
                        schema.getColumns().stream()
                                .map(column -> new Column(column.getName(), column.getType()))
                                .toList(),
                        asOf(change, timestamp),
                        schema.getTextProposed(),
                        List.of()));
    }

    private static Instant asOf(RowChange change, long timestamp) {
        Source source = change.getSource();
        Instant made = source == null ? null : source.getTimestamp();
        return made == null ? Instant.ofEpochMilli(timestamp) : made;
    }

    private static String table(RowChange change) {
        return Origin.of(change.getSource()).name();
    }
}
