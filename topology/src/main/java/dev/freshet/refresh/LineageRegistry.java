package dev.freshet.refresh;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Gathers where rows came from in each partition of this process. Thread-safe: stream threads write, anybody reads. */
public final class LineageRegistry implements LineageView {
    private final Map<Integer, Map<Long, PartitionLineage>> byPartition = new ConcurrentHashMap<>();

    /** @param lineage by dataset id */
    void update(int partition, Map<Long, PartitionLineage> lineage) {
        byPartition.put(partition, Map.copyOf(lineage));
    }

    void forget(int partition) {
        byPartition.remove(partition);
    }

    @Override
    public LineageReport of(long datasetId) {
        return new LineageReport(byPartition.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().getOrDefault(datasetId, PartitionLineage.NOTHING))));
    }
}
