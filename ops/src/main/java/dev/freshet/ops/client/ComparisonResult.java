package dev.freshet.ops.client;

import java.util.List;
import java.util.Map;

/** How two indexes answer the same queries. */
public record ComparisonResult(
        int queries,
        int k,
        List<Side> indexes,
        double overlap,
        double sameFirst,
        List<Difference> mostDifferent,
        SearchResult.CoverageLine coverage,
        double tookMs) {
    public ComparisonResult {
        indexes = List.copyOf(indexes);
        mostDifferent = List.copyOf(mostDifferent);
    }

    /** One of the indexes. */
    public record Side(String index, String model, double recall, double searchMs) {}

    /** One query, with the rows that each index found, the nearest first. */
    public record Difference(String query, double overlap, Map<String, List<String>> rows) {}
}
