package dev.freshet.search;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks other processes for what their partitions hold. Thread-safe; never blocks its caller. A call that cannot be answered (the process is gone, too slow, or does not hold
 * the partition) completes exceptionally or without that partition; a cancelled call is given up. One that is slow fails some time after its timeout at the earliest, so that its caller can
 * tell it from one that cannot be reached.
 */
public interface RemotePartitions {
    /**
     * Searches partitions of another process. A partition that cannot answer there is missing in the result.
     *
     * @param partitions each with the offset in the rows topic that it must have reached before it is searched; -1: any
     */
    CompletableFuture<List<PartitionAnswer>> search(
            Node node, Map<Integer, Long> partitions, VectorQuery query, Duration timeout);

    /** A row's current image; completes exceptionally when the partition does not answer there. */
    CompletableFuture<Optional<RowView>> row(
            Node node, long indexId, String rowKey, int partition, boolean includeVectors, Duration timeout);

    /** Some rows of a partition; completes exceptionally when the partition does not answer there. */
    CompletableFuture<RowPage> page(Node node, PageQuery query, Duration timeout);

    /** What the partitions that the process answers for hold of an index. */
    CompletableFuture<List<IndexStatistics.PartitionStatistics>> statistics(Node node, long indexId, Duration timeout);

    /** Waits there until each of the changes is reflected, or the timeout is over: see {@link SearchService#await}. */
    CompletableFuture<AwaitResult> await(Node node, long indexId, Collection<RowPosition> positions, Duration timeout);
}
