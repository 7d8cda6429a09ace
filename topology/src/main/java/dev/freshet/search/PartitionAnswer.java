package dev.freshet.search;

import java.util.List;

/**
 * What one partition found.
 *
 * @param hits nearest first, at most the query's {@code k}
 * @param position the offset in the rows topic up to which every change is reflected; -1 before the first
 * @param changedMs when the change at that position was written, in milliseconds; the smallest long if unknown
 */
public record PartitionAnswer(int partition, List<SearchHit> hits, long position, long changedMs) {
    public PartitionAnswer {
        hits = List.copyOf(hits);
    }
}
