package dev.freshet.search;

import java.util.List;
import java.util.Map;

/**
 * What a search found.
 *
 * @param positions per answered partition, the offset in the rows topic up to which every change is reflected (-1: none yet)
 * @param lagMs how long the oldest change that the answer does not reflect has been waiting; 0 when none is known to wait
 */
public record SearchResponse(List<SearchHit> results, Coverage coverage, Map<Integer, Long> positions, long lagMs) {
    public SearchResponse {
        results = List.copyOf(results);
        positions = Map.copyOf(positions);
    }
}
