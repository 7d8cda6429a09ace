package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.privacy.HashKey;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Applies what operators chose for the columns of datasets, before anything is kept of a row: stored, parked, forwarded, embedded or made a dead letter. Used by
 * the task's stream thread only.
 */
final class RowProtection {
    private final CatalogView catalog;
    private final String rowsTopic;
    private final Serializer<RowChange> serializer;
    private final @Nullable HashKey key;

    /**
     * @param serializer writes changes anew
     * @param key of hashed columns; null: there is none
     */
    RowProtection(CatalogView catalog, String rowsTopic, Serializer<RowChange> serializer, @Nullable HashKey key) {
        this.catalog = catalog;
        this.rowsTopic = rowsTopic;
        this.serializer = serializer;
        this.key = key;
    }

    /**
     * Whether columns are protected of the dataset that a record's key names, or of any dataset if it names none that is known: the value may be of that one. Then nothing is kept of a value that
     * cannot be read.
     */
    boolean covers(byte @Nullable [] recordKey) {
        String text = recordKey == null ? "" : new String(recordKey, UTF_8);
        String name = text.substring(0, Math.max(0, text.indexOf(':')));
        Catalog known = catalog.current();
        return known.dataset(name)
                .map(RowProtection::protects)
                .orElseGet(() -> known.datasets().stream().anyMatch(RowProtection::protects));
    }

    /** Whether columns are protected of the dataset that a change names, whatever its record's key names. */
    boolean covers(RowChange change) {
        return dataset(change.getDataset()).isPresent();
    }

    /**
     * Changes the columns of a change as its dataset says, if that is known.
     *
     * @param value the change as it was read
     * @return the value as it may be kept: the same one if nothing was changed
     */
    byte @Nullable [] protect(RowChange change, byte @Nullable [] value) {
        Optional<Map<String, @Nullable Object>> kept =
                dataset(change.getDataset()).flatMap(dataset -> changed(dataset, change.getColumns()));
        if (kept.isEmpty()) {
            return value;
        }
        change.setColumns(kept.get());
        return serializer.serialize(rowsTopic, change);
    }

    /** The columns of a row as they may be kept. */
    Map<String, @Nullable Object> apply(Dataset dataset, Map<String, @Nullable Object> columns) {
        return dataset.privacy().policies().apply(columns, key);
    }

    /** Changes the columns of a stored row; returns whether anything changed. */
    boolean protect(Dataset dataset, RowState row) {
        Optional<Map<String, @Nullable Object>> kept = changed(dataset, row.getColumns());
        kept.ifPresent(row::setColumns);
        return kept.isPresent();
    }

    private Optional<Map<String, @Nullable Object>> changed(
            Dataset dataset, Map<String, ? extends @Nullable Object> columns) {
        return dataset.privacy().policies().changed(columns, key);
    }

    private Optional<Dataset> dataset(String name) {
        return catalog.current().dataset(name).filter(RowProtection::protects);
    }

    private static boolean protects(Dataset dataset) {
        return dataset.privacy().policies().protects();
    }
}
