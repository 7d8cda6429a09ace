package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.catalog.TableOrigin.ColumnChange;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rows of tables do to the catalog: create a dataset at first sight, and note how its table changes. Every partition that meets such a row asks, so the same may be asked many times: it
 * is done once. Pure, like {@link CatalogRules}.
 */
final class TableRules {
    /** How many dropped datasets are remembered. */
    static final int DROPPED_MAX = 1_000;

    private TableRules() {}

    /** Throws {@link FreshetException} with what an operator can do, if the dataset is not there and cannot be created. */
    static Accepted register(CatalogChange change, RegisterTable register) {
        DatasetEntry wanted = register.getDataset();
        String name = Names.require("dataset", wanted.getName());
        TableOrigin origin = requireNonNull(OriginEntries.origin(wanted.getOrigin()), "a table without an origin");
        Optional<Dataset> existing = change.catalog().dataset(name);
        return existing.isPresent()
                ? note(change, existing.get(), wanted, origin)
                : create(change, register, wanted, origin);
    }

    private static Accepted create(
            CatalogChange change, RegisterTable register, DatasetEntry wanted, TableOrigin origin) {
        String name = wanted.getName();
        Optional<DroppedDataset> dropped = change.catalog().dropped(name);
        if (dropped.isPresent()) {
            throw new FreshetException(
                    ErrorCode.DATASET_NOT_FOUND,
                    "the dataset '" + name + "' was dropped at "
                            + dropped.get().dropped().truncatedTo(ChronoUnit.SECONDS) + "; rows of " + origin.name()
                            + " do not bring it back, PUT /v1/catalog/datasets/" + name
                            + " does; or end their connector");
        }
        if (wanted.getTextColumns().isEmpty()) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "no column of " + origin.name() + " is taken for text: name some in text.columns (" + name
                            + ".COLUMN) of its connector, or PUT /v1/catalog/datasets/" + name);
        }
        if (register.getIndex() == null) {
            throw new FreshetException(
                    ErrorCode.DATASET_NOT_FOUND, "the dataset '" + name + "' was dropped at the same moment");
        }
        PutDataset put = PutDataset.newBuilder()
                .setDataset(wanted)
                .setIndex(register.getIndex())
                .build();
        return DatasetRules.put(change, put);
    }

    /** What is new of a table that is known. A second table of one dataset is left to the lineage of its rows. */
    private static Accepted note(CatalogChange change, Dataset existing, DatasetEntry wanted, TableOrigin seen) {
        if (existing.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + existing.name() + "' belongs to a direct index: rows of " + seen.name()
                            + " need a dataset of another name");
        }
        if (!existing.idColumns().equals(wanted.getIdColumns())) {
            throw new FreshetException(
                    ErrorCode.ID_COLUMNS_CHANGED,
                    "dataset '" + existing.name() + "' has id_columns " + existing.idColumns() + ", and " + seen.name()
                            + " has the key " + wanted.getIdColumns());
        }
        TableOrigin known = existing.origin();
        if (known == null) {
            // Whoever created the dataset chose its text columns.
            return PrivacyRules.put(change, existing, with(seen, false, List.of()));
        }
        if (known.sameTable(seen)
                && !known.columns().equals(seen.columns())
                && seen.asOf().isAfter(known.asOf())) {
            return PrivacyRules.put(change, existing, with(seen, known.textProposed(), changes(known, seen)));
        }
        return change.accepted(false, null);
    }

    /**
     * Notes that a dataset goes, if rows of a table might bring it back. The mark stays when somebody creates the dataset again, since it counts only where there is none: should that one go before a
     * row has told of its table, the table must not bring it back either.
     */
    static void dropped(CatalogChange change, Dataset dataset) {
        if (dataset.origin() == null && change.catalog().dropped(dataset.name()).isEmpty()) {
            return;
        }
        List<DroppedDataset> known = change.catalog().dropped().stream()
                .filter(other -> !other.name().equals(dataset.name()))
                .toList();
        known.stream()
                .sorted(Comparator.comparing(DroppedDataset::dropped))
                .limit(Math.max(0, known.size() + 1 - DROPPED_MAX))
                .forEach(oldest -> change.remove(OriginEntries.droppedKey(oldest.name())));
        change.put(new DroppedDataset(dataset.name(), dataset.id(), change.now()));
    }

    /** The text columns of a dataset are as somebody put them, who may just have said what was proposed. */
    static @Nullable TableOrigin confirmed(@Nullable TableOrigin origin) {
        return origin == null ? null : with(origin, false, origin.changes());
    }

    private static TableOrigin with(TableOrigin origin, boolean textProposed, List<ColumnChange> changes) {
        return new TableOrigin(
                origin.system(),
                origin.database(),
                origin.table(),
                origin.columns(),
                origin.asOf(),
                textProposed,
                changes);
    }

    private static List<ColumnChange> changes(TableOrigin known, TableOrigin seen) {
        List<ColumnChange> changes = new ArrayList<>(known.changes());
        Map<String, String> before = types(known);
        Map<String, String> after = types(seen);
        before.forEach((column, type) -> {
            if (!Objects.equals(type, after.get(column))) {
                changes.add(new ColumnChange(seen.asOf(), column, type, after.get(column)));
            }
        });
        after.forEach((column, type) -> {
            if (!before.containsKey(column)) {
                changes.add(new ColumnChange(seen.asOf(), column, null, type));
            }
        });
        return changes.subList(Math.max(0, changes.size() - TableOrigin.CHANGES_MAX), changes.size());
    }

    private static Map<String, String> types(TableOrigin origin) {
        Map<String, String> types = new LinkedHashMap<>();
        for (Column column : origin.columns()) {
            types.put(column.name(), column.type());
        }
        return types;
    }
}
