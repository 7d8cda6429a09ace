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

    /**
     * One of the indexes.
     *
     * @param rows that it holds in the server's process
     * @param recall 0 to 1; 0 as well if nothing could be found
     */
    public record Side(String index, String model, long rows, double recall, double searchMs) {}

    /** One query, with the rows that each index found, the nearest first. */
    public record Difference(String query, double overlap, Map<String, List<String>> rows) {}
}
