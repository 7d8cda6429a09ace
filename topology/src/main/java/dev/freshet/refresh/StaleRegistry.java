package dev.freshet.refresh;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Gathers how fresh the indexes are in each partition of this process. Thread-safe: stream threads write, anybody reads. */
public final class StaleRegistry implements StaleView {
    private final Map<Integer, List<IndexFreshness>> byPartition = new ConcurrentHashMap<>();
    private final Map<Integer, Map<Long, Long>> heldByPartition = new ConcurrentHashMap<>();

    /** @param held per index, how many of the rows that wait may not be embedded yet */
    void update(int partition, List<IndexFreshness> freshness, Map<Long, Long> held) {
        byPartition.put(partition, List.copyOf(freshness));
        heldByPartition.put(partition, Map.copyOf(held));
    }

    void forget(int partition) {
        byPartition.remove(partition);
        heldByPartition.remove(partition);
    }

    /** How many rows wait for an index. */
    long pendingRows(long indexId) {
        return byPartition.values().stream()
                .flatMap(List::stream)
                .filter(index -> index.indexId() == indexId)
                .mapToLong(IndexFreshness::pendingRows)
                .sum();
    }

    /** How many of the rows that wait for an index may not be embedded yet: they wait for a refresh. */
    long heldRows(long indexId) {
        return heldByPartition.values().stream()
                .mapToLong(held -> held.getOrDefault(indexId, 0L))
                .sum();
    }

    @Override
    public StaleReport now() {
        return new StaleReport(Map.copyOf(byPartition));
    }

    @Override
    public List<IndexFreshness> freshness() {
        return now().freshness();
    }

    @Override
    public Set<Integer> partitions() {
        return now().partitions();
    }
}
