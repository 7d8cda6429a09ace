package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a dataset may be, and what its changes bring about. Pure, like {@link CatalogRules}. */
final class DatasetRules {
    private DatasetRules() {}

    /** Creates a dataset, with its first index if one is wanted, or changes the one of this name. */
    static Accepted put(CatalogChange change, PutDataset put) {
        DatasetEntry wanted = put.getDataset();
        String name = Names.require("dataset", wanted.getName());
        requireColumns("id_columns", wanted.getIdColumns(), 1);
        requireColumns("text_columns", wanted.getTextColumns(), 1);
        if (wanted.getMetadataColumns() != null) {
            requireColumns("metadata_columns", wanted.getMetadataColumns(), 0);
        }
        requireSchedule(
                CatalogEntries.policy(wanted.getRefreshPolicy()), CatalogEntries.schedule(wanted.getSchedule()));
        Optional<Dataset> existing = change.catalog().dataset(name);
        return existing.isPresent() ? change(change, existing.get(), wanted) : create(change, put);
    }

    /** Removes a dataset with its indexes. Throws {@link FreshetException} if that is refused. */
    static Accepted drop(CatalogChange change, String name) {
        Dataset dataset = dataset(change.catalog(), name);
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + name + "' belongs to the direct index of the same name: delete that index");
        }
        return dropWithIndexes(change, dataset, "the dataset '" + name + "'", ErrorCode.DATASET_IN_USE);
    }

    /**
     * Removes a dataset with its indexes, and starts the job that clears away what is stored of them.
     *
     * @param inUse the code of the refusal if an alias or a profile names one of the indexes, or a profile the dataset
     */
    static Accepted dropWithIndexes(CatalogChange change, Dataset dataset, String what, ErrorCode inUse) {
        List<IndexDefinition> indexes = change.catalog().indexesOf(dataset.id());
        AliasRules.requireUnused(change.catalog(), what, indexes, inUse);
        ProfileRules.requireUnused(change.catalog(), what, dataset, indexes, inUse);
        JobRules.datasetDropped(change, dataset);
        TableRules.dropped(change, dataset);
        indexes.forEach(index -> change.remove(CatalogEntries.indexKey(index.id())));
        change.remove(CatalogEntries.datasetKey(dataset.id()));
        Job job = change.start(new Drop(dataset.id(), dataset.name(), names(indexes), true));
        return change.accepted(true, job.id());
    }

    /** The dataset of this name, or {@code DATASET_NOT_FOUND}. */
    static Dataset dataset(Catalog catalog, String name) {
        return catalog.dataset(name)
                .orElseThrow(
                        () -> new FreshetException(ErrorCode.DATASET_NOT_FOUND, "there is no dataset '" + name + "'"));
    }

    private static Accepted create(CatalogChange change, PutDataset put) {
        DatasetPrivacy privacy = PrivacyRules.wanted(change, DatasetPrivacy.NONE, put.getDataset());
        DatasetEntry entry = DatasetEntry.newBuilder(put.getDataset())
                .setColumnPolicies(PrivacyEntries.names(privacy.policies()))
                .setFlags(PrivacyEntries.flags(privacy.flags()))
                .setId(change.newId())
                .setServed(put.getDataset().getSchedule() == null ? null : change.now())
                .setDirect(false)
                .setCreated(change.now())
                .setRevision(0)
                .build();
        change.put(entry);
        IndexEntry index = put.getIndex();
        if (index != null) {
            CatalogRules.requireCreatable(change.catalog(), index);
            CatalogRules.put(change, index, entry.getId());
        }
        return change.accepted(true, null);
    }

    private static Accepted change(CatalogChange change, Dataset existing, DatasetEntry wanted) {
        if (existing.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + existing.name()
                            + "' belongs to the direct index of the same name and has no columns of its own");
        }
        if (!existing.idColumns().equals(wanted.getIdColumns())) {
            throw new FreshetException(
                    ErrorCode.ID_COLUMNS_CHANGED,
                    "dataset '" + existing.name() + "' has id_columns " + existing.idColumns()
                            + ", which cannot change to " + wanted.getIdColumns()
                            + ": create a dataset of another name and ingest its rows there");
        }
        DatasetPrivacy privacy = PrivacyRules.wanted(change, existing.privacy(), wanted);
        DatasetEntry entry = DatasetEntry.newBuilder(wanted)
                .setColumnPolicies(PrivacyEntries.names(privacy.policies()))
                .setFlags(PrivacyEntries.flags(privacy.flags()))
                .setId(existing.id())
                .setServed(served(existing, wanted, change.now()))
                .setDirect(false)
                .setCreated(existing.created())
                .setRevision(existing.revision())
                .setOrigin(OriginEntries.entry(TableRules.confirmed(existing.origin())))
                .build();
        boolean columns = !existing.textColumns().equals(wanted.getTextColumns())
                || !Objects.equals(existing.metadataColumns(), wanted.getMetadataColumns())
                || PrivacyRules.changesRows(existing, CatalogEntries.dataset(entry));
        if (columns) {
            entry.setRevision(existing.revision() + 1);
        }
        if (CatalogEntries.dataset(entry).equals(existing)) {
            return change.accepted(false, null);
        }
        change.put(entry);
        return change.accepted(false, columns ? refill(change, existing) : null);
    }

    /** Starts the job that brings the stored rows of a dataset to its indexes again, and returns its id; null if it has no index. */
    static @Nullable Long refill(CatalogChange change, Dataset dataset) {
        List<IndexDefinition> indexes = change.catalog().indexesOf(dataset.id());
        return indexes.isEmpty()
                ? null
                : RefreshRules.fill(change, dataset.id(), dataset.name(), names(indexes))
                        .id();
    }

    /** A schedule counts from when it was set: times before that were never missed. */
    private static @Nullable Instant served(Dataset existing, DatasetEntry wanted, Instant now) {
        RefreshSchedule schedule = CatalogEntries.schedule(wanted.getSchedule());
        if (schedule == null) {
            return null;
        }
        return schedule.equals(existing.schedule()) ? existing.served() : now;
    }

    private static void requireSchedule(RefreshPolicy policy, @Nullable RefreshSchedule schedule) {
        if (schedule == null) {
            if (policy == RefreshPolicy.SCHEDULED) {
                throw new FreshetException(
                        ErrorCode.BAD_REQUEST,
                        "refresh_policy 'scheduled' needs a schedule, for example \"schedule\": \"0 3 * * *\"");
            }
            return;
        }
        if (policy != RefreshPolicy.SCHEDULED) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "a schedule goes with refresh_policy 'scheduled', not with '" + policy.text() + "'");
        }
        schedule.check();
    }

    private static void requireColumns(String field, List<String> columns, int atLeast) {
        if (columns.size() < atLeast) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " must name at least " + atLeast + " column");
        }
        if (new HashSet<>(columns).size() != columns.size()) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " names a column twice: " + columns);
        }
        if (columns.stream().anyMatch(String::isBlank)) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " has an empty column name");
        }
    }

    private static List<IndexName> names(List<IndexDefinition> indexes) {
        return indexes.stream()
                .map(index -> new IndexName(index.id(), index.name()))
                .toList();
    }
}
