package dev.freshet.search;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nearest of what several partitions found: sorted by distance, then row, then chunk, so that the same data gives the same answer. Only these are fetched, and what is as far away as the last of them.
 *
 * @param hits at most {@code k}, nearest first; none if one is gone
 * @param gone findings whose partition does not answer here any more; null: all do
 */
record NearestFindings(List<SearchHit> hits, @Nullable PartitionFindings gone) {
    /** Fetches what is among the {@code k} nearest of all. */
    static NearestFindings of(int k, Collection<? extends PartitionFindings> findings) {
        boolean moved;
        do {
            double farthest = farthest(k, findings);
            moved = false;
            for (PartitionFindings found : findings) {
                try {
                    moved |= found.fetch(farthest);
                } catch (NotAnsweredException e) {
                    return new NearestFindings(List.of(), found);
                }
            }
        } while (moved);
        return new NearestFindings(
                findings.stream()
                        .flatMap(found -> found.hits().stream())
                        .sorted(SearchHit.NEAREST_FIRST)
                        .limit(k)
                        .toList(),
                null);
    }

    private static double farthest(int k, Collection<? extends PartitionFindings> findings) {
        double[] distances = findings.stream()
                .flatMapToDouble(found -> Arrays.stream(found.distances()))
                .sorted()
                .toArray();
        return distances.length < k ? Double.POSITIVE_INFINITY : distances[k - 1];
    }
}
