package dev.freshet.catalog;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the catalog, and shows it. A change returns when the single writer has accepted it and this process has read it back. Thread-safe;
 * blocks its caller for up to some seconds.
 *
 * <p>Throws {@link dev.freshet.schemas.error.FreshetException}: with the code of the refusal, or {@code CATALOG_UNAVAILABLE} when no answer came in time.
 */
public interface CatalogService extends CatalogView {
    /** Creates the dataset, or changes an existing one of this name. A change of its columns starts a job that brings it to the stored rows. */
    PutResult putDataset(DatasetSpec spec);

    /**
     * Creates the dataset of a table whose rows have come, with its first index, or notes what is new of the table. Does nothing if there is nothing new, so that it may be called wherever such a
     * row is met. Throws {@code DATASET_NOT_FOUND} for a dataset that was dropped, {@code BAD_REQUEST} for one without text columns, {@code ID_COLUMNS_CHANGED} and
     * {@code DATASET_IS_DIRECT} for one that cannot take these rows, and what {@link #putDataset} throws.
     */
    RegisterResult registerTable(TableSpec spec);

    /**
     * Adds what was found in rows to the flags of a dataset; what is flagged already changes nothing. Text columns that nobody has allowed are no longer embedded
     * then, and a job takes them out of the indexes. Throws {@code DATASET_NOT_FOUND}.
     */
    void flagColumns(long datasetId, List<PiiFinding> findings);

    /** Removes a dataset with its indexes, and starts the job that clears away what is stored of them. */
    StartResult dropDataset(String name);

    /** Creates an index; one over a dataset is filled from the stored rows by a job. */
    CreateResult createIndex(IndexSpec spec);

    /** Removes an index, and starts the job that clears away what is stored of it. */
    StartResult dropIndex(String name);

    /** Points an alias at an index, and creates the alias if there is none of this name. */
    AliasResult putAlias(String alias, String index);

    void dropAlias(String alias);

    /** Creates a reader profile. Throws {@code PROFILE_EXISTS} if there is one of its id. */
    Profile createProfile(ProfileSpec spec);

    /** Creates a reader profile, or replaces the one of its id, which stays active if it is. */
    ProfileResult putProfile(ProfileSpec spec);

    void dropProfile(String id);

    /**
     * Makes a profile the active one, in place of any other.
     *
     * @param by the name of who asks
     */
    ActiveProfile activateProfile(String id, String by);

    /** Leaves no profile active, if this one is; changes nothing otherwise. */
    void deactivateProfile(String id);

    /** Starts a job that embeds the rows of a dataset that wait, or finds one running. */
    StartResult startRefresh(String dataset);

    /** Starts a job that embeds all rows of an index again, or finds the same one running. */
    StartResult startRebuild(String index);

    /** Ends a job before it is done; what it has done stays done. Returns it as it ended. */
    Job cancelJob(long id);

    /**
     * Starts a job that copies the rows of one direct index into another, or finds the same job running. Rows that the destination changes from now on, deletes
     * included, win over the copies.
     *
     * @param clearSource whether to delete from the source what was copied, once everything is
     */
    StartResult startMerge(String source, String destination, boolean clearSource);

    /** What the partitions have reported of a job, in their order; those that have not are left out. Never blocks. */
    List<JobProgress> progress(Job job);

    /** How fast a job that runs goes. Never blocks. */
    JobPace pace(Job job);

    /** A job that was started: {@code created} is false for one that was running already. */
    record StartResult(Job job, boolean created) {}

    /**
     * The outcome of {@link #putDataset}.
     *
     * @param job brings changed columns to the stored rows; null if none is needed
     */
    record PutResult(
            Dataset dataset,
            boolean created,
            boolean changed,
            @Nullable Job job) {}

    /** The outcome of {@link #registerTable}: whether this call created the dataset, or changed what is known of its table. */
    record RegisterResult(boolean created, boolean changed) {}

    /**
     * The outcome of {@link #createIndex}.
     *
     * @param job fills the index from the stored rows; null for a direct index
     */
    record CreateResult(IndexDefinition index, @Nullable Job job) {}

    /** The outcome of {@link #putAlias}: {@code created} tells whether there was none of this name. */
    record AliasResult(Alias alias, boolean created) {}

    /** The outcome of {@link #putProfile}: {@code created} tells whether there was none of this id. */
    record ProfileResult(Profile profile, boolean created) {}

    /**
     * The speed of a job, over its reports of the last minute.
     *
     * @param rowsPerSecond rows that it got through with per second; null while that is not known
     * @param remaining how long it will take at this speed; null while that or the total is not known
     */
    record JobPace(@Nullable Double rowsPerSecond, @Nullable Duration remaining) {}

    /**
     * A dataset as a user asks for it.
     *
     * @param metadataColumns null means every column that is not a text column
     * @param schedule needed for the policy {@code SCHEDULED}, and null for the others
     * @param withIndex whether to create {@code <name>_v1} with the default model in the same command, if the dataset is new
     * @param columnPolicies what is done to columns before anything is kept of them; null leaves those there are
     */
    record DatasetSpec(
            String name,
            List<String> idColumns,
            List<String> textColumns,
            @Nullable List<String> metadataColumns,
            RefreshPolicy refreshPolicy,
            @Nullable RefreshSchedule schedule,
            boolean withIndex,
            @Nullable ColumnPolicies columnPolicies) {
        /** One that leaves the policies of columns as they are. */
        public DatasetSpec(
                String name,
                List<String> idColumns,
                List<String> textColumns,
                @Nullable List<String> metadataColumns,
                RefreshPolicy refreshPolicy,
                @Nullable RefreshSchedule schedule,
                boolean withIndex) {
            this(name, idColumns, textColumns, metadataColumns, refreshPolicy, schedule, withIndex, null);
        }
    }

    /**
     * A dataset as a table's rows ask for it.
     *
     * @param textColumns may be empty: then it is not created
     */
    record TableSpec(String dataset, List<String> idColumns, List<String> textColumns, TableOrigin origin) {
        public TableSpec {
            idColumns = List.copyOf(idColumns);
            textColumns = List.copyOf(textColumns);
        }
    }

    /**
     * A reader profile as a user asks for it.
     *
     * @param by the name of who asks
     */
    record ProfileSpec(
            String id, @Nullable String description, List<WantedBinding> bindings, SearchDefaults search, String by) {
        public ProfileSpec {
            bindings = List.copyOf(bindings);
        }

        /**
         * A dataset to be bound.
         *
         * @param index an index over it or an alias of one; null: its only index
         */
        public record WantedBinding(
                String dataset, @Nullable String index) {}
    }

    /**
     * An index as a user asks for it. Either {@code dataset} is given (with a model, the default one if null), or {@code dimension} (a direct
     * index). What is null takes the default.
     */
    record IndexSpec(
            String name,
            @Nullable String dataset,
            @Nullable Integer dimension,
            @Nullable String model,
            @Nullable Distance distance,
            @Nullable String engine,
            @Nullable String quantization,
            @Nullable Boolean vectorsOnDisk,
            @Nullable Integer m,
            @Nullable Integer efConstruction,
            @Nullable Integer efSearch,
            @Nullable Integer chunkSize,
            @Nullable Integer overlap) {}
}
