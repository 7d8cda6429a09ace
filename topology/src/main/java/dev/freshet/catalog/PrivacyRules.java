package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.FlagColumns;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.ColumnPolicy;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What may be done to columns, and what follows when they turn out to hold personal data. Pure, like {@link CatalogRules}. */
final class PrivacyRules {
    private static final int POLICIES_MAX = 500;
    private static final int COLUMN_LENGTH_MAX = 500;

    private PrivacyRules() {}

    /**
     * The privacy of a dataset that is put.
     *
     * @param before what the dataset had; policies that the command does not name stay, and so do flags
     */
    static DatasetPrivacy wanted(CatalogChange change, DatasetPrivacy before, DatasetEntry wanted) {
        ColumnPolicies policies = PrivacyEntries.policies(wanted.getColumnPolicies());
        DatasetPrivacy privacy = policies == null ? before : before.with(policies);
        require(privacy.policies(), wanted.getIdColumns());
        return change.detecting() ? privacy.with(PiiSample.ofNames(columns(wanted))) : privacy;
    }

    /** Adds what was found in the rows of a dataset to its flags. Text columns that are withheld from then on leave the indexes by a job. */
    static Accepted flag(CatalogChange change, FlagColumns command) {
        Dataset dataset = change.catalog()
                .dataset(command.getDatasetId())
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.DATASET_NOT_FOUND, "there is no dataset of id " + command.getDatasetId()));
        List<PiiFinding> findings = PrivacyEntries.findings(command.getFlags());
        return dataset.privacy().with(findings).equals(dataset.privacy())
                ? change.accepted(false, null)
                : put(change, dataset, CatalogEntries.entry(dataset), findings);
    }

    /** Notes how the table of a dataset is now, and flags those of its columns that are new, as if the dataset were created with them. */
    static Accepted put(CatalogChange change, Dataset before, TableOrigin origin) {
        TableOrigin known = before.origin();
        List<TableOrigin.Column> knownColumns = known == null ? List.of() : known.columns();
        List<String> old = knownColumns.stream().map(TableOrigin.Column::name).toList();
        List<String> added = origin.columns().stream()
                .map(TableOrigin.Column::name)
                .filter(column -> !old.contains(column))
                .toList();
        DatasetEntry entry = DatasetEntry.newBuilder(CatalogEntries.entry(before))
                .setOrigin(OriginEntries.entry(origin))
                .build();
        return put(change, before, entry, change.detecting() ? PiiSample.ofNames(added) : List.of());
    }

    /**
     * Writes a dataset with more flags.
     *
     * @param before the dataset as it is
     * @param entry as it is to be, but for the flags; its columns and policies are those of before
     */
    private static Accepted put(CatalogChange change, Dataset before, DatasetEntry entry, List<PiiFinding> findings) {
        entry.setFlags(PrivacyEntries.flags(before.privacy().with(findings).flags()));
        boolean fewer = !CatalogEntries.dataset(entry).embeddedColumns().equals(before.embeddedColumns());
        if (fewer) {
            entry.setRevision(before.revision() + 1);
        }
        change.put(entry);
        return change.accepted(false, fewer ? DatasetRules.refill(change, before) : null);
    }

    /** Whether rows that are stored, or embedded, must be looked at again. */
    static boolean changesRows(Dataset before, Dataset after) {
        return !before.embeddedColumns().equals(after.embeddedColumns())
                || after.privacy().policies().isStricterThan(before.privacy().policies());
    }

    private static void require(ColumnPolicies policies, List<String> idColumns) {
        if (policies.byColumn().size() > POLICIES_MAX) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "column_policies names " + policies.byColumn().size() + " columns, at most " + POLICIES_MAX
                            + " are allowed");
        }
        policies.byColumn().forEach((column, policy) -> {
            if (column.isBlank() || column.length() > COLUMN_LENGTH_MAX) {
                throw new FreshetException(
                        ErrorCode.BAD_REQUEST,
                        "column_policies has a column whose name is empty or longer than " + COLUMN_LENGTH_MAX
                                + " characters");
            }
            requireNoKey(column, policy, idColumns);
        });
    }

    /** The row key stands in the keys of records, in all topics and stores: changing the column would not hide it. */
    private static void requireNoKey(String column, ColumnPolicy policy, List<String> idColumns) {
        if (policy.protects() && idColumns.contains(column)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "column_policies says '" + policy.text() + "' for '" + column
                            + "', which is an id column: its values are the row keys, which stand in every record and answer. Choose another id column, or replace the values before they come here; only 'keep' is possible");
        }
    }

    private static List<String> columns(DatasetEntry wanted) {
        List<String> columns = new ArrayList<>(wanted.getIdColumns());
        columns.addAll(wanted.getTextColumns());
        @Nullable List<String> metadata = wanted.getMetadataColumns();
        Optional.ofNullable(metadata).ifPresent(columns::addAll);
        Optional.ofNullable(OriginEntries.origin(wanted.getOrigin()))
                .ifPresent(table -> table.columns().forEach(column -> columns.add(column.name())));
        return columns.stream().distinct().toList();
    }
}
