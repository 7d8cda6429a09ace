package dev.freshet.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a search found. */
public record SearchResult(
        List<Hit> results,
        String index,
        @Nullable String model,
        double tookMs,
        CoverageLine coverage,
        FreshnessLine freshness) {
    public SearchResult {
        results = List.copyOf(results);
    }

    /** One result; {@code metadata} is a JSON object. */
    public record Hit(
            String id, String row, int chunk, double score, double distance, String text, JsonNode metadata) {}

    /** How many partitions answered. */
    public record CoverageLine(int partitions, int answered, boolean complete) {}

    /** Up to where in the rows topic the answer reflects every change. */
    public record FreshnessLine(Map<String, Long> positions, long lagMs) {}
}
