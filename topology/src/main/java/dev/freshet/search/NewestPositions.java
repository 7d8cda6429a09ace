package dev.freshet.search;

import dev.freshet.catalog.Catalog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The furthest position at which this process has seen each partition of each index, and when it first did: an answer from before is known to be behind. Bounded by
 * the indexes that there are. Thread-safe.
 */
final class NewestPositions {
    private final Map<Long, Map<Integer, Seen>> positions = new ConcurrentHashMap<>();

    private record Seen(long position, long sinceMs) {}

    void saw(long indexId, int partition, long position, long nowMs) {
        Map<Integer, Seen> ofIndex = positions.computeIfAbsent(indexId, unknown -> new ConcurrentHashMap<>());
        Seen before = ofIndex.get(partition);
        if (before == null || before.position() < position) {
            ofIndex.merge(
                    partition,
                    new Seen(position, nowMs),
                    (known, seen) -> known.position() < seen.position() ? seen : known);
        }
    }

    /** Whether something newer than this position was seen. */
    boolean isBehind(long indexId, int partition, long position) {
        Seen seen = seen(indexId, partition);
        return seen != null && position < seen.position();
    }

    /** Since when something newer than this position has been seen, in ms since 1970; the largest long if nothing was. */
    long behindSinceMs(long indexId, int partition, long position) {
        Seen seen = seen(indexId, partition);
        return seen != null && position < seen.position() ? seen.sinceMs() : Long.MAX_VALUE;
    }

    private @Nullable Seen seen(long indexId, int partition) {
        return positions.getOrDefault(indexId, Map.of()).get(partition);
    }

    /** Forgets indexes that are no more. */
    void keepOnly(Catalog catalog) {
        positions.keySet().removeIf(id -> catalog.index(id).isEmpty());
    }
}
