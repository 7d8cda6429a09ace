package dev.freshet.refresh;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Gathers what waits in each partition of this process. Thread-safe: stream threads write, anybody reads. */
public final class StaleRegistry implements StaleView {
    private final Map<Integer, List<StaleIndex>> byPartition = new ConcurrentHashMap<>();

    void update(int partition, List<StaleIndex> stale) {
        byPartition.put(partition, List.copyOf(stale));
    }

    void forget(int partition) {
        byPartition.remove(partition);
    }

    @Override
    public List<StaleIndex> stale() {
        Map<Long, StaleIndex> byIndex = new TreeMap<>();
        for (List<StaleIndex> partition : byPartition.values()) {
            for (StaleIndex stale : partition) {
                byIndex.merge(stale.indexId(), stale, StaleRegistry::merge);
            }
        }
        return new ArrayList<>(byIndex.values());
    }

    private static StaleIndex merge(StaleIndex left, StaleIndex right) {
        Instant since = left.staleSince().isBefore(right.staleSince()) ? left.staleSince() : right.staleSince();
        return new StaleIndex(left.indexId(), left.datasetId(), left.pendingRows() + right.pendingRows(), since);
    }
}
