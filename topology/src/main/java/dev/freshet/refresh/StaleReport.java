package dev.freshet.refresh;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How fresh the indexes are in each of some partitions, at one moment. */
public record StaleReport(Map<Integer, List<IndexFreshness>> byPartition) implements StaleView {
    public StaleReport {
        byPartition = byPartition.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
    }

    /** All that these tell of. A partition that several tell of, since it is just being handed over, counts once: as the first of them has it. */
    public static StaleReport together(Collection<StaleReport> reports) {
        Map<Integer, List<IndexFreshness>> together = new TreeMap<>();
        reports.forEach(report -> report.byPartition().forEach(together::putIfAbsent));
        return new StaleReport(together);
    }

    @Override
    public StaleReport now() {
        return this;
    }

    @Override
    public List<IndexFreshness> freshness() {
        Map<Long, IndexFreshness> byIndex = new TreeMap<>();
        for (List<IndexFreshness> partition : byPartition.values()) {
            for (IndexFreshness index : partition) {
                byIndex.merge(index.indexId(), index, StaleReport::merge);
            }
        }
        return new ArrayList<>(byIndex.values());
    }

    @Override
    public Set<Integer> partitions() {
        return new TreeSet<>(byPartition.keySet());
    }

    private static IndexFreshness merge(IndexFreshness left, IndexFreshness right) {
        return new IndexFreshness(
                left.indexId(),
                left.datasetId(),
                left.pendingRows() + right.pendingRows(),
                first(left.staleSince(), right.staleSince(), Comparator.naturalOrder()),
                first(left.oldestPending(), right.oldestPending(), Comparator.naturalOrder()),
                first(left.lastEmbedded(), right.lastEmbedded(), Comparator.reverseOrder()));
    }

    private static @Nullable Instant first(@Nullable Instant left, @Nullable Instant right, Comparator<Instant> order) {
        return Stream.of(left, right).flatMap(Stream::ofNullable).min(order).orElse(null);
    }
}
