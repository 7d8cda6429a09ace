package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.freshet.catalog.Alias;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexBuild;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.ModelReference;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An index with all that is known of it.
 *
 * @param source the dataset's name, or {@code direct}
 * @param model null for a direct index
 * @param aliases that point at it
 * @param staleness null if nobody tells of some partitions, and nothing waits in the others
 * @param status {@code building} while a job fills it, {@code restoring} until every partition answers, {@code stale} while changed rows wait to be embedded, {@code unknown} if it cannot be
 *     told whether any do, else {@code ready}
 * @param job the job that fills it; null if none does
 * @param built how it was last filled; null if it never had to be
 * @param partitionCount partitions there are; {@code partitions} shows those held here
 */
record IndexInfo(
        long id,
        String name,
        String source,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Model model,
        int dimensions,
        String distance,
        String engine,
        String quantization,
        boolean vectorsOnDisk,
        int m,
        int efConstruction,
        int efSearch,
        @Nullable Integer chunkSize,
        @Nullable Integer overlap,
        String created,
        long rows,
        long vectors,
        long tombstones,
        @JsonUnwrapped @Nullable Staleness staleness,
        String status,
        @Nullable Long job,
        @Nullable BuildInfo built,
        List<String> aliases,
        int partitionCount,
        List<PartitionStatistics> partitions) {

    /** The model as answers show it. */
    record Model(String name, String version, int dimensions, int maxTokens, String fingerprint) {
        static @Nullable Model of(@Nullable ModelReference model) {
            return model == null
                    ? null
                    : new Model(
                            model.name(), model.version(), model.dimensions(), model.maxTokens(), model.fingerprint());
        }
    }

    /** How it was last filled; the counts are null if the job filled other indexes as well. */
    record BuildInfo(
            long job,
            String started,
            String finished,
            @Nullable Long rows,
            @Nullable Long skipped,
            @Nullable Long failed) {
        static @Nullable BuildInfo of(@Nullable IndexBuild build) {
            return build == null
                    ? null
                    : new BuildInfo(
                            build.job(),
                            build.started().toString(),
                            build.finished().toString(),
                            build.rows(),
                            build.skipped(),
                            build.failed());
        }
    }

    /** All indexes, with everything. */
    record Listing(List<IndexInfo> indexes) {}

    /**
     * All that is known of an index.
     *
     * @param job the job that fills it, or began to with the request that is answered
     */
    static IndexInfo of(
            IndexDefinition index,
            Catalog catalog,
            IndexStatistics statistics,
            @Nullable Staleness staleness,
            @Nullable Job job) {
        boolean ready = statistics.partitions().size() == statistics.partitionCount()
                && statistics.partitions().stream().allMatch(PartitionStatistics::ready);
        return new IndexInfo(
                index.id(),
                index.name(),
                IndexSummary.source(
                        index,
                        catalog.dataset(index.datasetId()).map(Dataset::name).orElse("")),
                Model.of(index.model()),
                index.dimensions(),
                index.distance().name().toLowerCase(Locale.ROOT),
                index.engine(),
                index.quantization(),
                index.vectorsOnDisk(),
                index.m(),
                index.efConstruction(),
                index.efSearch(),
                index.direct() ? null : (Integer) index.chunkSize(),
                index.direct() ? null : (Integer) index.overlap(),
                index.created().toString(),
                statistics.rows(),
                statistics.vectors(),
                statistics.tombstones(),
                staleness,
                status(ready, staleness, job),
                job == null ? null : (Long) job.id(),
                BuildInfo.of(index.built()),
                catalog.aliasesOf(index.id()).stream().map(Alias::name).toList(),
                statistics.partitionCount(),
                statistics.partitions());
    }

    private static String status(boolean ready, @Nullable Staleness staleness, @Nullable Job job) {
        if (job != null && job.running()) {
            return "building";
        }
        if (!ready) {
            return "restoring";
        }
        if (staleness == null) {
            return "unknown";
        }
        return staleness.stale() ? "stale" : "ready";
    }
}
