package dev.freshet.refresh;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers how fresh the indexes are in each partition of this process. Thread-safe: stream threads write, anybody reads. */
public final class StaleRegistry implements StaleView {
    private final Map<Integer, List<IndexFreshness>> byPartition = new ConcurrentHashMap<>();

    void update(int partition, List<IndexFreshness> freshness) {
        byPartition.put(partition, List.copyOf(freshness));
    }

    void forget(int partition) {
        byPartition.remove(partition);
    }

    @Override
    public List<IndexFreshness> freshness() {
        Map<Long, IndexFreshness> byIndex = new TreeMap<>();
        for (List<IndexFreshness> partition : byPartition.values()) {
            for (IndexFreshness index : partition) {
                byIndex.merge(index.indexId(), index, StaleRegistry::merge);
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
