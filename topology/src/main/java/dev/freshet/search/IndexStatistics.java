package dev.freshet.search;

import java.util.List;

/**
 * What an index holds.
 *
 * @param partitionCount partitions of the vectors topic
 * @param partitions those that somebody answers for, each once
 */
public record IndexStatistics(int partitionCount, List<PartitionStatistics> partitions) {
    public IndexStatistics {
        partitions = List.copyOf(partitions);
    }

    public long rows() {
        return partitions.stream().mapToLong(PartitionStatistics::rows).sum();
    }

    public long vectors() {
        return partitions.stream().mapToLong(PartitionStatistics::vectors).sum();
    }

    public long tombstones() {
        return partitions.stream().mapToLong(PartitionStatistics::tombstones).sum();
    }

    /**
     * One partition of an index.
     *
     * @param ready whether it answers searches
     * @param tombstones removed nodes that still take up room in the graph
     * @param position offset in the rows topic up to which every change is reflected; -1 before the first
     */
    public record PartitionStatistics(
            int partition, boolean ready, long rows, long vectors, long tombstones, long position) {}
}
