package dev.freshet.ops.bench.mixed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the server has acknowledged so far. Thread-safe. */
final class Acknowledged {
    private final AtomicLong rows = new AtomicLong();
    private final Map<String, Long> positions = new ConcurrentHashMap<>();

    /**
     * @param answered per partition of the rows topic, the offset of the last row written
     */
    void add(int count, JsonNode answered) {
        answered.properties()
                .forEach(partition ->
                        positions.merge(partition.getKey(), partition.getValue().asLong(), Math::max));
        rows.addAndGet(count);
    }

    long rows() {
        return rows.get();
    }

    /** Per partition of the rows topic, the greatest offset. */
    Map<String, Long> positions() {
        return Map.copyOf(positions);
    }
}
