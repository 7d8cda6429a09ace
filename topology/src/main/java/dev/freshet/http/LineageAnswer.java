package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexBuild;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a dataset come from, and what is made of them.
 *
 * @param id of the dataset
 * @param origins what the partitions that were asked have seen, the one with the most changes first
 * @param complete whether {@code origins} accounts for every row: all partitions told, and counted from the first row on
 * @param table as the catalog knows it; null if no table was seen
 * @param coverage the partitions that were told of
 */
record LineageAnswer(
        String dataset,
        long id,
        List<OriginLineage> origins,
        boolean complete,
        @Nullable OriginInfo table,
        List<IndexLineage> indexes,
        SearchAnswer.CoverageInfo coverage) {

    /**
     * One origin.
     *
     * @param system {@code unknown} for rows whose producer did not say
     * @param rows that are stored and whose last change came from it; null if not every row was counted in all partitions that told
     * @param changes that were taken since they are counted
     * @param firstSeen when its first change, and {@code lastSeen} when its newest one, was written to the rows topic
     */
    record OriginLineage(
            String system,
            @Nullable String database,
            @Nullable String table,
            @Nullable Long rows,
            long changes,
            String firstSeen,
            String lastSeen,
            List<PartitionPosition> partitions) {}

    /**
     * How far one partition has come with an origin.
     *
     * @param position of the newest change, in the source's own words
     * @param time when the source made that change
     */
    record PartitionPosition(
            int partition,
            long changes,
            String lastSeen,
            @Nullable String position,
            @Nullable String time) {}

    /**
     * What one index makes of the rows.
     *
     * @param model null for an index whose vectors callers bring, as the chunking
     * @param filled when the last job that filled it from the stored rows was done; null if none was
     */
    record IndexLineage(
            String name,
            @JsonInclude(JsonInclude.Include.ALWAYS) IndexInfo.@Nullable Model model,
            int dimensions,
            String distance,
            @Nullable Integer chunkSize,
            @Nullable Integer overlap,
            String created,
            @Nullable String filled) {}

    private record Key(
            String system,
            @Nullable String database,
            @Nullable String table) {}

    /** @param partitions of the rows topic */
    static LineageAnswer of(Dataset dataset, Catalog catalog, LineageReport report, int partitions) {
        int told = report.byPartition().size();
        boolean counted = report.byPartition().values().stream().allMatch(PartitionLineage::complete);
        return new LineageAnswer(
                dataset.name(),
                dataset.id(),
                origins(report, counted),
                counted && told >= partitions,
                OriginInfo.of(dataset),
                catalog.indexesOf(dataset.id()).stream()
                        .map(LineageAnswer::index)
                        .toList(),
                new SearchAnswer.CoverageInfo(partitions, told, told >= partitions));
    }

    private static List<OriginLineage> origins(LineageReport report, boolean counted) {
        Map<Key, Map<Integer, OriginSeen>> byOrigin = new LinkedHashMap<>();
        new TreeMap<>(report.byPartition())
                .forEach((partition, lineage) -> lineage.origins()
                        .forEach(seen -> byOrigin.computeIfAbsent(
                                        new Key(seen.system(), seen.database(), seen.table()), key -> new TreeMap<>())
                                .put(partition, seen)));
        List<OriginLineage> origins = new ArrayList<>();
        byOrigin.forEach((key, seen) -> origins.add(origin(key, seen, counted)));
        origins.sort(Comparator.comparingLong(OriginLineage::changes).reversed());
        return origins;
    }

    private static OriginLineage origin(Key key, Map<Integer, OriginSeen> seen, boolean counted) {
        return new OriginLineage(
                key.system(),
                key.database(),
                key.table(),
                counted ? seen.values().stream().mapToLong(OriginSeen::rows).sum() : null,
                seen.values().stream().mapToLong(OriginSeen::changes).sum(),
                seen.values().stream()
                        .map(OriginSeen::firstSeen)
                        .min(Comparator.naturalOrder())
                        .map(Objects::toString)
                        .orElseThrow(),
                seen.values().stream()
                        .map(OriginSeen::lastSeen)
                        .max(Comparator.naturalOrder())
                        .map(Objects::toString)
                        .orElseThrow(),
                seen.entrySet().stream()
                        .map(entry -> position(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static PartitionPosition position(int partition, OriginSeen seen) {
        return new PartitionPosition(
                partition, seen.changes(), seen.lastSeen().toString(), seen.position(), text(seen.time()));
    }

    private static IndexLineage index(IndexDefinition index) {
        IndexBuild built = index.built();
        return new IndexLineage(
                index.name(),
                IndexInfo.Model.of(index.model()),
                index.dimensions(),
                index.distance().name().toLowerCase(Locale.ROOT),
                index.direct() ? null : Integer.valueOf(index.chunkSize()),
                index.direct() ? null : Integer.valueOf(index.overlap()),
                index.created().toString(),
                built == null ? null : built.finished().toString());
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
