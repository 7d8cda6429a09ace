package dev.freshet.search;

import java.util.List;
import java.util.Map;

/**
 * What a search found.
 *
 * @param positions per answered partition, the offset in the rows topic up to which every change is reflected (-1: none yet)
 * @param lagMs how long ago the newest change reflected in the answer's slowest partition was still unreflected; 0 when nothing waits
 */
public record SearchResponse(List<SearchHit> results, Coverage coverage, Map<Integer, Long> positions, long lagMs) {
    public SearchResponse {
        results = List.copyOf(results);
        positions = Map.copyOf(positions);
    }
}
