package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How two indexes over one dataset answer the same queries.
 *
 * @param queries how many queries were asked
 * @param overlap mean share of the rows that both found, among the first k of the one that found more; 0 to 1
 * @param sameFirst share of the queries whose nearest row is the same
 * @param mostDifferent the queries with the smallest overlap, the smallest first
 * @param coverage of the least complete answer
 */
public record Comparison(
        int queries,
        Side left,
        Side right,
        double overlap,
        double sameFirst,
        List<Difference> mostDifferent,
        Coverage coverage) {
    public Comparison {
        requireNonNull(left, "left is null");
        requireNonNull(right, "right is null");
        requireNonNull(coverage, "coverage is null");
        mostDifferent = List.copyOf(mostDifferent);
    }

    /**
     * One of the indexes.
     *
     * @param rows that it holds in the partitions that answered; fewer than the other's while it is being filled
     * @param recall mean share of the k nearest rows, as an exact search finds them, that a search of the graph found; 0 to 1; 0 as well if no exact search found
     *     any
     * @param searchMs median of the searches of the graph, the embedding of the query not included
     */
    public record Side(long indexId, long rows, double recall, double searchMs) {}

    /**
     * One query.
     *
     * @param left keys of the rows that the left index found, the nearest first
     */
    public record Difference(String query, double overlap, List<String> left, List<String> right) {
        public Difference {
            requireNonNull(query, "query is null");
            left = List.copyOf(left);
            right = List.copyOf(right);
        }
    }
}
