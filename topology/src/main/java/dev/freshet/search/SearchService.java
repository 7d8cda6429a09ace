package dev.freshet.search;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Search over all partitions, wherever they are. Thread-safe.
 *
 * <p>Throws {@link dev.freshet.schemas.error.FreshetException}: {@code INDEX_NOT_FOUND}, {@code DIMENSION_MISMATCH}, {@code INVALID_VECTOR},
 * {@code BAD_REQUEST}, {@code NOT_READY}, {@code INCOMPLETE}, {@code EMBEDDER_UNAVAILABLE}, {@code DEADLINE_EXCEEDED}.
 */
public interface SearchService {
    /** The nearest chunks (or rows), ascending by distance. An answer that misses partitions says so in its coverage. */
    SearchResponse search(SearchRequest request);

    /** A row's current image in an index. Throws {@code NOT_READY} when nobody answers for the row's partition. */
    Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors);

    /** Some rows of a partition, in a stable order. Throws {@code NOT_READY} when the partition does not answer in this process: others are not asked. */
    RowPage page(PageQuery query);

    /** What the partitions hold that answer; one that nobody answers for is missing. */
    IndexStatistics statistics(long indexId);

    /** Asks two indexes over one dataset the same queries. Takes some searches and embeddings per query; blocks its caller. */
    Comparison compare(ComparisonRequest request);

    /**
     * Waits until each of the changes is reflected in the index (its row's version, or its partition's watermark, has reached it), or the time is
     * over. Tells which rows failed and which did not make it.
     */
    AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) throws InterruptedException;

    /** Whether all partitions assigned to this process are restored and their graphs built. */
    boolean ready();
}
