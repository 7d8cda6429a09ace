package dev.freshet.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nearest of what several partitions found: sorted by distance, then row, then chunk, so that the same data gives the same answer. Only these are fetched, and what is as far away as the last of them.
 *
 * @param hits at most {@code k}, nearest first; none if some are gone
 * @param gone findings that cannot be fetched: their partition does not answer here any more, or its storage cannot be read
 */
record NearestFindings(List<SearchHit> hits, List<PartitionFindings> gone) {
    private static final Logger log = LoggerFactory.getLogger(NearestFindings.class);

    /** Fetches what is among the {@code k} nearest of all. */
    static NearestFindings of(int k, Collection<? extends PartitionFindings> findings) {
        List<PartitionFindings> gone = new ArrayList<>();
        boolean moved;
        do {
            double farthest = farthest(k, findings);
            moved = false;
            for (PartitionFindings found : findings) {
                try {
                    moved |= found.fetch(farthest);
                } catch (NotAnsweredException e) {
                    gone.add(found);
                } catch (RuntimeException e) {
                    log.error("what partition {} found cannot be fetched", found.partition(), e);
                    gone.add(found);
                }
            }
        } while (moved && gone.isEmpty());
        if (!gone.isEmpty()) {
            return new NearestFindings(List.of(), gone);
        }
        return new NearestFindings(
                findings.stream()
                        .flatMap(found -> found.hits().stream())
                        .sorted(SearchHit.NEAREST_FIRST)
                        .limit(k)
                        .toList(),
                List.of());
    }

    private static double farthest(int k, Collection<? extends PartitionFindings> findings) {
        double[] distances = findings.stream()
                .flatMapToDouble(found -> Arrays.stream(found.distances()))
                .sorted()
                .toArray();
        return distances.length < k ? Double.POSITIVE_INFINITY : distances[k - 1];
    }
}
