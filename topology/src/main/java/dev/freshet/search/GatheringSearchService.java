package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.embed.Embedder;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Gathering.Gathered;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Searches all partitions of the vectors topic, in this process and in others ({@link Gathering}), and answers with the nearest of what they find ({@link NearestFindings}).
 *
 * <p>A partition that nobody holds, that is not loaded, closed meanwhile or too slow for the request's timeout is missing from the answer, and its coverage says so. Only when none
 * answered is that an error: {@code NOT_READY}, or {@code DEADLINE_EXCEEDED} if the time is over; and when the request wants all of them, {@code INCOMPLETE}.
 *
 * <p>Thread-safe; blocks its callers.
 */
public final class GatheringSearchService implements SearchService, AutoCloseable {
    private static final Duration CATCH_UP = Duration.ofSeconds(1);
    private static final int K_MAX = 1_000;

    private final StorePartitions local;
    private final Gatherer gatherer;
    private final CatalogView catalog;
    private final QueryVectors queries;
    private final UnreadRows unreadRows;
    private final BooleanSupplier running;

    /**
     * A service over what this process and others hold.
     *
     * @param local closed with the service
     * @param embedders an embedder by its model's name; throws {@link FreshetException} for an unknown one. It stays the giver's to close
     * @param partitions how many partitions the vectors topic has
     * @param running whether the streams application has restored all that is assigned to this process
     */
    public GatheringSearchService(
            StorePartitions local,
            Cluster cluster,
            CatalogView catalog,
            Function<String, Embedder> embedders,
            IntSupplier partitions,
            UnreadRows unreadRows,
            BooleanSupplier running,
            MeterRegistry metrics) {
        this.local = requireNonNull(local, "local is null");
        this.gatherer = new Gatherer(local, cluster, partitions, metrics);
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.queries = new QueryVectors(embedders);
        this.unreadRows = requireNonNull(unreadRows, "unreadRows is null");
        this.running = requireNonNull(running, "running is null");
        catalog.addListener(gatherer.newest()::keepOnly);
    }

    @Override
    public SearchResponse search(SearchRequest request) {
        try {
            long deadline = Deadline.after(request.timeout());
            IndexDefinition index = index(request.indexId());
            check(request, index);
            VectorQuery query =
                    query(request, index, queries.vector(request.text(), request.vector(), index, deadline));
            SearchWidth width = request.ef() == null ? width(index, request.k()) : null;
            return search(query, width, request.minPositions(), request.requireComplete(), deadline);
        } catch (InterruptedException e) {
            throw interrupted("the search", e);
        }
    }

    @Override
    public Comparison compare(ComparisonRequest request) {
        long deadline = Deadline.after(request.timeout());
        IndexDefinition left = index(request.leftId());
        IndexDefinition right = index(request.rightId());
        try {
            return new IndexComparer(this, queries, local).compare(request, left, right, deadline);
        } catch (InterruptedException e) {
            throw interrupted("the comparison", e);
        }
    }

    /**
     * What all partitions find, merged.
     *
     * @param width see {@link Gathering}
     */
    SearchResponse search(VectorQuery query, @Nullable SearchWidth width, long deadline) throws InterruptedException {
        return search(query, width, Map.of(), false, deadline);
    }

    private SearchResponse search(
            VectorQuery query,
            @Nullable SearchWidth width,
            Map<Integer, Long> minPositions,
            boolean requireComplete,
            long deadline)
            throws InterruptedException {
        Gathered gathered = gatherer.gather(query, width, minPositions, deadline);
        GatheredCheck check = new GatheredCheck(gatherer.partitions(), gathered, deadline);
        check.reached(minPositions);
        check.answered();
        if (requireComplete) {
            check.complete();
        }
        return respond(query, gathered);
    }

    private IndexDefinition index(long indexId) {
        return catalog.current()
                .index(indexId)
                .or(() -> catalog.catchUp(CATCH_UP).index(indexId))
                .orElseThrow(() ->
                        new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index with the id " + indexId));
    }

    private void check(SearchRequest request, IndexDefinition index) {
        if ((request.text() == null) == (request.vector() == null)) {
            throw badRequest("give either a text or a vector");
        }
        if (request.text() != null && index.direct()) {
            throw badRequest("index " + index.name() + " has no model to embed a text with, search it by vector");
        }
        if (request.text() != null && request.text().isBlank()) {
            throw badRequest("the text is blank");
        }
        if (request.k() < 1 || request.k() > K_MAX) {
            throw badRequest("k is " + request.k() + ", must be 1 to " + K_MAX);
        }
        if (request.ef() != null && request.ef() < request.k()) {
            throw badRequest("ef is " + request.ef() + ", must be at least k, which is " + request.k());
        }
        if (request.scoreThreshold() != null && request.scoreThreshold().isNaN()) {
            throw badRequest("the score threshold is not a number");
        }
        for (Map.Entry<Integer, Long> wanted : request.minPositions().entrySet()) {
            int count = gatherer.partitions();
            if (wanted.getKey() < 0 || wanted.getKey() >= count) {
                throw badRequest("there is no partition " + wanted.getKey() + " to have reached a position: there are "
                        + count + ", from 0 to " + (count - 1));
            }
            if (wanted.getValue() < 0) {
                throw badRequest("the position wanted of partition " + wanted.getKey() + " is " + wanted.getValue()
                        + ", must be an offset, which is at least 0");
            }
        }
    }

    private static FreshetException badRequest(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }

    /** Candidates to look at per partition, if the request does not say. */
    SearchWidth width(IndexDefinition index, int k) {
        return new SearchWidth(index.efSearch(), k, gatherer.partitions());
    }

    private VectorQuery query(SearchRequest request, IndexDefinition index, float[] vector) {
        Integer ef = request.ef();
        return new VectorQuery(
                index.id(),
                vector,
                request.k(),
                ef == null ? width(index, request.k()).most() : ef,
                request.exact(),
                request.scoreThreshold(),
                request.groupByRow(),
                request.includeVector(),
                request.filter());
    }

    private SearchResponse respond(VectorQuery query, Gathered gathered) {
        Map<Integer, Long> positions = new HashMap<>();
        long lag = 0;
        for (PartitionFindings answer : gathered.answers()) {
            positions.put(answer.partition(), answer.position());
            lag = Math.max(lag, lagMs(query.indexId(), answer));
        }
        return new SearchResponse(
                gathered.hits(),
                new Coverage(gatherer.partitions(), gathered.answers().size()),
                positions,
                lag);
    }

    private long lagMs(long indexId, PartitionFindings answer) {
        long since = unreadRows.sinceMs(answer.partition()).orElse(Long.MAX_VALUE);
        since = Math.min(since, gatherer.newest().behindSinceMs(indexId, answer.partition(), answer.position()));
        if (answer.waitingSinceMs() != Long.MIN_VALUE) {
            since = Math.min(since, answer.waitingSinceMs());
        }
        return since == Long.MAX_VALUE ? 0 : Math.max(0, System.currentTimeMillis() - since);
    }

    @Override
    public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        index(indexId);
        try {
            return new PartitionLookups(gatherer).row(indexId, rowKey, partition, includeVectors);
        } catch (InterruptedException e) {
            throw interrupted("the look-up", e);
        }
    }

    @Override
    public RowPage page(PageQuery query) {
        index(query.indexId());
        if (query.partition() >= gatherer.partitions()) {
            throw badRequest("there is no partition " + query.partition() + ", there are " + gatherer.partitions());
        }
        try {
            return new PartitionLookups(gatherer).page(query);
        } catch (InterruptedException e) {
            throw interrupted("the listing", e);
        }
    }

    @Override
    public IndexStatistics statistics(long indexId) {
        index(indexId);
        try {
            return new IndexStatistics(gatherer.partitions(), new PartitionLookups(gatherer).statistics(indexId));
        } catch (InterruptedException e) {
            throw interrupted("the look-up", e);
        }
    }

    @Override
    public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout)
            throws InterruptedException {
        long deadline = Deadline.after(timeout);
        index(indexId);
        return new PartitionAwaits(gatherer).await(indexId, positions, Deadline.left(deadline));
    }

    private static FreshetException interrupted(String what, InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return new FreshetException(ErrorCode.DEADLINE_EXCEEDED, what + " was interrupted", interruption);
    }

    @Override
    public boolean ready() {
        return running.getAsBoolean() && local.ready();
    }

    /** Stops searching. What the others and the stores hold stays. */
    @Override
    public void close() {
        local.close();
    }
}
