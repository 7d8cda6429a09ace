package dev.freshet.ops.client;

import java.util.List;

/** What is stale, as far as the asked process can tell: it knows of the partitions whose rows it takes. */
public record StaleReport(List<StaleDataset> stale, CoverageLine coverage) {
    public StaleReport {
        stale = List.copyOf(stale);
    }

    /** How many partitions it knows of. */
    public record CoverageLine(int partitions, int answered, boolean complete) {}
}
