package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.IndexDefinition;
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
 * @param status {@code ready} when every partition answers, else {@code restoring}
 * @param pendingRows changed rows that wait to be embedded; 0 means that nothing is stale
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
        int m,
        int efConstruction,
        int efSearch,
        @Nullable Integer chunkSize,
        @Nullable Integer overlap,
        String created,
        long rows,
        long vectors,
        long tombstones,
        long pendingRows,
        String status,
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

    /** All indexes, with everything. */
    record Listing(List<IndexInfo> indexes) {}

    static IndexInfo of(IndexDefinition index, String dataset, IndexStatistics statistics, long pendingRows) {
        boolean ready = statistics.partitions().size() == statistics.partitionCount()
                && statistics.partitions().stream().allMatch(PartitionStatistics::ready);
        return new IndexInfo(
                index.id(),
                index.name(),
                IndexSummary.source(index, dataset),
                Model.of(index.model()),
                index.dimensions(),
                index.distance().name().toLowerCase(Locale.ROOT),
                index.engine(),
                index.m(),
                index.efConstruction(),
                index.efSearch(),
                index.direct() ? null : (Integer) index.chunkSize(),
                index.direct() ? null : (Integer) index.overlap(),
                index.created().toString(),
                statistics.rows(),
                statistics.vectors(),
                statistics.tombstones(),
                pendingRows,
                ready ? "ready" : "restoring",
                statistics.partitionCount(),
                statistics.partitions());
    }
}
