package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.search.Comparison;
import java.util.List;
import java.util.Map;

/**
 * How two indexes answer the same queries.
 *
 * @param overlap mean share of the rows that both found, 0 to 1
 * @param sameFirst share of the queries with the same nearest row, 0 to 1
 * @param mostDifferent the queries with the smallest overlap; {@code rows} by index
 */
record CompareAnswer(
        int queries,
        int k,
        List<Side> indexes,
        double overlap,
        double sameFirst,
        List<Difference> mostDifferent,
        SearchAnswer.CoverageInfo coverage,
        double tookMs) {
    /**
     * One of the indexes.
     *
     * @param rows that it holds in the partitions that answered
     * @param recall share of what an exact search finds that a search of the graph finds, 0 to 1; 0 as well if it finds nothing
     * @param searchMs median of its searches, without the embedding of the query
     */
    record Side(String index, String model, long rows, double recall, double searchMs) {}

    /** One query. */
    record Difference(String query, double overlap, Map<String, List<String>> rows) {}

    static CompareAnswer of(IndexDefinition left, IndexDefinition right, int k, Comparison comparison, long tookNanos) {
        return new CompareAnswer(
                comparison.queries(),
                k,
                List.of(side(left, comparison.left()), side(right, comparison.right())),
                round(comparison.overlap()),
                round(comparison.sameFirst()),
                comparison.mostDifferent().stream()
                        .map(difference -> new Difference(
                                difference.query(),
                                round(difference.overlap()),
                                Map.of(left.name(), difference.left(), right.name(), difference.right())))
                        .toList(),
                SearchAnswer.CoverageInfo.of(comparison.coverage()),
                Math.round(tookNanos / 1e3) / 1e3);
    }

    private static Side side(IndexDefinition index, Comparison.Side side) {
        ModelReference model = requireNonNull(index.model(), "direct indexes are not compared");
        return new Side(index.name(), model.name(), side.rows(), round(side.recall()), round(side.searchMs()));
    }

    /** To four digits: a share of some hundred queries has no more to say. */
    private static double round(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
