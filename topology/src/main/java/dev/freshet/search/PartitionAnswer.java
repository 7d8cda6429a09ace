package dev.freshet.search;

import java.util.List;

/**
 * What one partition found.
 *
 * @param hits nearest first, at most the query's {@code k}
 * @param position the offset in the rows topic up to which every change is reflected; -1 before the first
 * @param waitingSinceMs when the oldest change that is not reflected was written, in ms since 1970; the smallest long if none waits
 */
public record PartitionAnswer(int partition, List<SearchHit> hits, long position, long waitingSinceMs)
        implements PartitionFindings {
    public PartitionAnswer {
        hits = List.copyOf(hits);
    }

    @Override
    public double[] distances() {
        return hits.stream().mapToDouble(SearchHit::distance).toArray();
    }

    @Override
    public boolean fetch(double distance) {
        return false;
    }
}
