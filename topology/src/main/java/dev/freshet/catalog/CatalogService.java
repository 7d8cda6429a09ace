package dev.freshet.catalog;

import dev.freshet.schemas.avro.Distance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the catalog, and shows it. A change returns when the single writer has accepted it and this process has read it back. Thread-safe;
 * blocks its caller for up to some seconds.
 *
 * <p>Throws {@link dev.freshet.schemas.error.FreshetException}: with the code of the refusal, or {@code CATALOG_UNAVAILABLE} when no answer came in time.
 */
public interface CatalogService extends CatalogView {
    /** Creates the dataset, or changes an existing one of this name. {@code created} tells which. */
    PutResult putDataset(DatasetSpec spec);

    /** Removes a dataset with its indexes and rows. */
    void dropDataset(String name);

    IndexDefinition createIndex(IndexSpec spec);

    void dropIndex(String name);

    /**
     * Starts a job that copies the rows of one direct index into another, or finds the same job running. Rows that the destination changes from now on, deletes
     * included, win over the copies.
     *
     * @param clearSource whether to delete from the source what was copied, once everything is
     */
    StartResult startMerge(String source, String destination, boolean clearSource);

    /** What the partitions have reported of a job, in their order; those that have not are left out. Never blocks. */
    List<JobProgress> progress(Job job);

    /** The outcome of {@link #startMerge}: {@code created} is false for a job that was running already. */
    record StartResult(Job job, boolean created) {}

    /** The outcome of {@link #putDataset}. */
    record PutResult(Dataset dataset, boolean created, boolean changed) {}

    /**
     * A dataset as a user asks for it.
     *
     * @param metadataColumns null means every column that is not a text column
     * @param withIndex whether to create {@code <name>_v1} with the default model in the same command, if the dataset is new
     */
    record DatasetSpec(
            String name,
            List<String> idColumns,
            List<String> textColumns,
            @Nullable List<String> metadataColumns,
            RefreshPolicy refreshPolicy,
            boolean withIndex) {}

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
            @Nullable Integer m,
            @Nullable Integer efConstruction,
            @Nullable Integer efSearch,
            @Nullable Integer chunkSize,
            @Nullable Integer overlap) {}
}
