package dev.freshet.search;

import dev.freshet.search.IndexStatistics.PartitionStatistics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this process alone can tell about its partitions: for its own searches, and for other processes that ask ({@link RemotePartitions} mirrors it). Never asks another process. Thread-safe; its
 * methods block their callers.
 *
 * <p>A partition that is active here is asked as such, otherwise as a standby, if it is one that follows (see {@link VectorStore}).
 */
public interface LocalPartitions {
    /**
     * Searches these partitions at the same time. One that cannot answer here, or not in time, is missing in the result.
     *
     * @param partitions each with the offset in the rows topic that it must have reached before it is searched; -1: any. One that has not reached it when the time is over
     *     answers without hits, and its position says how far it is
     * @throws dev.freshet.schemas.error.FreshetException {@code NOT_READY} when too many searches wait already
     */
    List<PartitionAnswer> search(Map<Integer, Long> partitions, VectorQuery query, Duration timeout)
            throws InterruptedException;

    /**
     * A row's current image.
     *
     * @throws dev.freshet.schemas.error.FreshetException {@code NOT_READY} when the partition does not answer here
     */
    Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors);

    /**
     * Some rows of a partition.
     *
     * @throws dev.freshet.schemas.error.FreshetException {@code NOT_READY} when the partition does not answer here
     */
    RowPage page(PageQuery query);

    /** What the partitions that this process answers for hold of an index; none of an index that it does not know. In ascending order of their numbers. */
    List<PartitionStatistics> statistics(long indexId);

    /**
     * Waits until each of the changes is reflected in partitions that are active here, or the time is over: see {@link SearchService#await}.
     *
     * @throws dev.freshet.schemas.error.FreshetException {@code INDEX_NOT_FOUND} when the index was dropped
     */
    AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) throws InterruptedException;
}
