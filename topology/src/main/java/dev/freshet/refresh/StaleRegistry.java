package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Gathers how fresh the indexes are in each partition of this process. Thread-safe: stream threads write, anybody reads. */
public final class StaleRegistry implements StaleView {
    private final Map<Integer, List<IndexFreshness>> byPartition = new ConcurrentHashMap<>();
    private final Map<Integer, Map<Long, Shares>> sharesByPartition = new ConcurrentHashMap<>();
    private final Clock clock;

    public StaleRegistry() {
        this(Clock.systemUTC());
    }

    /** @param clock tells how long rows have waited */
    public StaleRegistry(Clock clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Of the rows that wait for an index in one partition.
     *
     * @param held those that may not be embedded yet: they wait for a refresh
     * @param backfill those of the backfill lane
     */
    record Shares(long held, long backfill) {
        private static final Shares NONE = new Shares(0, 0);
    }

    /** @param shares per index, of the rows that wait */
    void update(int partition, List<IndexFreshness> freshness, Map<Long, Shares> shares) {
        byPartition.put(partition, List.copyOf(freshness));
        sharesByPartition.put(partition, Map.copyOf(shares));
    }

    void forget(int partition) {
        byPartition.remove(partition);
        sharesByPartition.remove(partition);
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
        return shares(indexId).mapToLong(Shares::held).sum();
    }

    /** How many of the rows that wait for an index are in the backfill lane. */
    long backfillRows(long indexId) {
        return shares(indexId).mapToLong(Shares::backfill).sum();
    }

    private Stream<Shares> shares(long indexId) {
        return sharesByPartition.values().stream().map(shares -> shares.getOrDefault(indexId, Shares.NONE));
    }

    /** How long the oldest change that waits for an index has been waiting, in ms; 0 if none does. */
    long oldestPendingMs(long indexId) {
        return byPartition.values().stream()
                .flatMap(List::stream)
                .filter(index -> index.indexId() == indexId)
                .flatMap(index -> Stream.ofNullable(index.oldestPending()))
                .min(Comparator.naturalOrder())
                .map(oldest -> Math.max(0, clock.millis() - oldest.toEpochMilli()))
                .orElse(0L);
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
