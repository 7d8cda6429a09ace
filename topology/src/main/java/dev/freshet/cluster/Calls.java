package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.search.Filter;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowPosition;
import dev.freshet.search.VectorQuery;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked, one record per {@link Operation}. {@code timeoutMs} is what the caller will wait. See {@link WireFormat}. */
final class Calls {
    private Calls() {}

    /** @param partitions each with the offset in the rows topic that it must have reached before it is searched; -1: any */
    record SearchCall(
            Map<Integer, Long> partitions,
            long indexId,
            float[] vector,
            int k,
            int ef,
            boolean exact,
            @Nullable Double scoreThreshold,
            boolean groupByRow,
            boolean includeVector,
            @Nullable String filter,
            long timeoutMs) {
        SearchCall {
            partitions = Map.copyOf(partitions);
            requireNonNull(vector, "vector is null");
        }

        static SearchCall of(Map<Integer, Long> partitions, VectorQuery query, long timeoutMs) {
            Filter filter = query.filter();
            return new SearchCall(
                    partitions,
                    query.indexId(),
                    query.vector(),
                    query.k(),
                    query.ef(),
                    query.exact(),
                    query.scoreThreshold(),
                    query.groupByRow(),
                    query.includeVector(),
                    filter == null ? null : filter.json(),
                    timeoutMs);
        }

        VectorQuery query() {
            return new VectorQuery(
                    indexId,
                    vector,
                    k,
                    ef,
                    exact,
                    scoreThreshold,
                    groupByRow,
                    includeVector,
                    filter == null ? null : Filter.received(filter));
        }
    }

    record RowCall(long indexId, String rowKey, int partition, boolean includeVectors) {
        RowCall {
            requireNonNull(rowKey, "rowKey is null");
        }
    }

    /** See {@link PageQuery}. */
    record PageCall(
            long indexId,
            int partition,
            @Nullable String after,
            int limit,
            long bytes,
            boolean includeVectors,
            @Nullable String filter) {
        static PageCall of(PageQuery query) {
            Filter filter = query.filter();
            return new PageCall(
                    query.indexId(),
                    query.partition(),
                    query.after(),
                    query.limit(),
                    query.bytes(),
                    query.includeVectors(),
                    filter == null ? null : filter.json());
        }

        PageQuery query() {
            return new PageQuery(
                    indexId,
                    partition,
                    after,
                    limit,
                    bytes,
                    includeVectors,
                    filter == null ? null : Filter.received(filter));
        }
    }

    record StatisticsCall(long indexId) {}

    record LineageCall(long datasetId) {}

    record AwaitCall(long indexId, List<RowPosition> positions, long timeoutMs) {
        AwaitCall {
            positions = List.copyOf(positions);
        }
    }
}
