package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.embed.Embedder;
import dev.freshet.index.VectorIndexStatistics;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches the partitions of this process, at the same time, and merges what they find by distance, then row, then chunk, so that the same data gives the same answer.
 *
 * <p>A partition that is elsewhere, not loaded, closed meanwhile or too slow for the request's timeout is missing from the answer, and its coverage says so. Only when none
 * answered is that an error: {@code NOT_READY}, or {@code DEADLINE_EXCEEDED} if some were asked.
 *
 * <p>Thread-safe; its threads and their queue are bounded, and a search that finds the queue full is refused with {@code NOT_READY}.
 */
public final class LocalSearchService implements SearchService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalSearchService.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(1);
    private static final int K_MAX = 1_000;
    private static final int QUEUE_MAX = 1_024;
    private static final Comparator<SearchHit> NEAREST_FIRST = Comparator.comparingDouble(SearchHit::distance)
            .thenComparing(SearchHit::row)
            .thenComparingInt(SearchHit::chunk);

    private final LocalVectorStores stores;
    private final CatalogView catalog;
    private final QueryVectors queries;
    private final IntSupplier partitions;
    private final UnreadRows unreadRows;
    private final BooleanSupplier running;
    private final ExecutorService searchers;

    /**
     * A service over the stores.
     *
     * @param embedders an embedder by its model's name; throws {@link FreshetException} for an unknown one. It stays the giver's to close
     * @param partitions how many partitions the vectors topic has
     * @param running whether the streams application has restored all that is assigned to this process
     * @param threads partitions searched at the same time, at least 1
     */
    public LocalSearchService(
            LocalVectorStores stores,
            CatalogView catalog,
            Function<String, Embedder> embedders,
            IntSupplier partitions,
            UnreadRows unreadRows,
            BooleanSupplier running,
            int threads) {
        this.stores = requireNonNull(stores, "stores is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.queries = new QueryVectors(embedders);
        this.partitions = requireNonNull(partitions, "partitions is null");
        this.unreadRows = requireNonNull(unreadRows, "unreadRows is null");
        this.running = requireNonNull(running, "running is null");
        AtomicInteger started = new AtomicInteger();
        this.searchers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> {
                    Thread thread = new Thread(task, "freshet-search-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public SearchResponse search(SearchRequest request) {
        try {
            long deadline = System.nanoTime() + nanos(request.timeout());
            IndexDefinition index = index(request.indexId());
            check(request, index);
            VectorQuery query =
                    query(request, index, queries.vector(request.text(), request.vector(), index, deadline));
            return search(query, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.DEADLINE_EXCEEDED, "the search was interrupted", e);
        }
    }

    @Override
    public Comparison compare(ComparisonRequest request) {
        long deadline = System.nanoTime() + nanos(request.timeout());
        IndexDefinition left = index(request.leftId());
        IndexDefinition right = index(request.rightId());
        try {
            return new IndexComparer(this, queries, stores).compare(request, left, right, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.DEADLINE_EXCEEDED, "the comparison was interrupted", e);
        }
    }

    /** What the partitions of this process find, merged. */
    SearchResponse search(VectorQuery query, long deadline) throws InterruptedException {
        return respond(query.k(), gather(query, deadline));
    }

    private IndexDefinition index(long indexId) {
        return catalog.current()
                .index(indexId)
                .or(() -> catalog.catchUp(CATCH_UP).index(indexId))
                .orElseThrow(() ->
                        new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index with the id " + indexId));
    }

    private static void check(SearchRequest request, IndexDefinition index) {
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
    }

    private static FreshetException badRequest(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }

    private static VectorQuery query(SearchRequest request, IndexDefinition index, float[] vector) {
        Integer ef = request.ef();
        return new VectorQuery(
                index.id(),
                vector,
                request.k(),
                ef == null ? Math.max(index.efSearch(), request.k()) : ef,
                request.exact(),
                request.scoreThreshold(),
                request.groupByRow(),
                request.includeVector(),
                request.filter());
    }

    private List<PartitionAnswer> gather(VectorQuery query, long deadline) throws InterruptedException {
        BooleanSupplier expired = () -> System.nanoTime() - deadline >= 0;
        List<Future<Optional<PartitionAnswer>>> asked = new ArrayList<>();
        try {
            for (VectorStore store : stores.answering()) {
                asked.add(searchers.submit(
                        () -> expired.getAsBoolean() ? Optional.empty() : store.search(query, expired)));
            }
        } catch (RejectedExecutionException e) {
            throw new FreshetException(ErrorCode.NOT_READY, "too many searches at once, try again", e);
        }
        List<PartitionAnswer> answers = new ArrayList<>(asked.size());
        for (Future<Optional<PartitionAnswer>> future : asked) {
            answer(future, deadline).ifPresent(answers::add);
        }
        if (answers.isEmpty()) {
            throw expired.getAsBoolean() && !asked.isEmpty()
                    ? new FreshetException(
                            ErrorCode.DEADLINE_EXCEEDED, "no partition answered within the timeout, give it more time")
                    : new FreshetException(
                            ErrorCode.NOT_READY, "no partition of the index is ready in this process, try again soon");
        }
        return answers;
    }

    private static Optional<PartitionAnswer> answer(Future<Optional<PartitionAnswer>> asked, long deadline)
            throws InterruptedException {
        try {
            return asked.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            log.error("a partition's search failed", e.getCause());
            return Optional.empty();
        }
    }

    private SearchResponse respond(int k, List<PartitionAnswer> answers) {
        List<SearchHit> hits = answers.stream()
                .flatMap(answer -> answer.hits().stream())
                .sorted(NEAREST_FIRST)
                .limit(k)
                .toList();
        Map<Integer, Long> positions = new HashMap<>();
        long lag = 0;
        for (PartitionAnswer answer : answers) {
            positions.put(answer.partition(), answer.position());
            lag = Math.max(lag, lagMs(answer));
        }
        int count = Math.max(partitions.getAsInt(), answers.size());
        return new SearchResponse(hits, new Coverage(count, answers.size()), positions, lag);
    }

    private long lagMs(PartitionAnswer answer) {
        long since = unreadRows.sinceMs(answer.partition()).orElse(Long.MAX_VALUE);
        if (answer.waitingSinceMs() != Long.MIN_VALUE) {
            since = Math.min(since, answer.waitingSinceMs());
        }
        return since == Long.MAX_VALUE ? 0 : Math.max(0, System.currentTimeMillis() - since);
    }

    @Override
    public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        IndexDefinition definition = index(indexId);
        VectorStore store = stores.partition(partition);
        IndexPartition index = store == null ? null : store.index(indexId);
        if (store == null || index == null || index.serving() == null || !store.answers()) {
            throw notReady(definition, partition);
        }
        try {
            return store.image(indexId, rowKey).map(image -> view(image, includeVectors));
        } catch (NotAnsweredException e) {
            throw notReady(definition, partition);
        }
    }

    private static FreshetException notReady(IndexDefinition index, int partition) {
        return new FreshetException(
                ErrorCode.NOT_READY,
                "partition " + partition + " of index " + index.name() + " is not ready in this process");
    }

    private static RowView view(StoredImage image, boolean includeVectors) {
        return new RowView(
                image.rowKey(),
                image.row().version(),
                image.chunks().stream()
                        .map(chunk -> new RowView.ChunkView(
                                chunk.ordinal(), chunk.text(), includeVectors ? chunk.vector() : null))
                        .toList(),
                image.row().metadata(),
                image.row().failure());
    }

    @Override
    public IndexStatistics statistics(long indexId) {
        index(indexId);
        List<IndexStatistics.PartitionStatistics> held = stores.answering().stream()
                .sorted(Comparator.comparingInt(VectorStore::partition))
                .map(store -> statistics(store, store.index(indexId)))
                .toList();
        return new IndexStatistics(partitions.getAsInt(), held);
    }

    private static IndexStatistics.PartitionStatistics statistics(VectorStore store, @Nullable IndexPartition index) {
        IndexGraph graph = index == null ? null : index.serving();
        long position = index == null ? -1 : index.watermark().offset();
        if (graph == null) {
            return new IndexStatistics.PartitionStatistics(store.partition(), false, 0, 0, 0, position);
        }
        VectorIndexStatistics vectors = graph.statistics();
        return new IndexStatistics.PartitionStatistics(
                store.partition(), store.answers(), graph.rows(), graph.vectors(), vectors.removed(), position);
    }

    @Override
    public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + nanos(timeout);
        index(indexId);
        Map<String, RowFailure> failed = new HashMap<>();
        List<RowPosition> waiting = new ArrayList<>(positions);
        ChangeSignal signal = stores.signal();
        signal.enter();
        try {
            while (true) {
                long seen = signal.changes();
                if (catalog.current().index(indexId).isEmpty()) {
                    throw new FreshetException(
                            ErrorCode.INDEX_NOT_FOUND, "the index was dropped while its rows were waited for");
                }
                waiting.removeIf(position -> reflected(indexId, position, failed));
                if (waiting.isEmpty() || !signal.awaitMoreThan(seen, deadline)) {
                    return new AwaitResult(
                            failed, waiting.stream().map(RowPosition::rowKey).toList());
                }
            }
        } finally {
            signal.exit();
        }
    }

    // Whether searches see the change. Its row may have gone on to a newer version, or be deleted: then the watermark
    // tells.
    private boolean reflected(long indexId, RowPosition position, Map<String, RowFailure> failed) {
        VectorStore store = stores.partition(position.partition());
        IndexPartition index = store == null ? null : store.index(indexId);
        IndexGraph graph = index == null ? null : index.serving();
        if (store == null || index == null || graph == null || !store.answers()) {
            return false;
        }
        // The watermark first: a row that it covers is then in the graph.
        boolean covered = index.watermark().version() >= position.version();
        GraphRow row = graph.row(position.rowKey());
        if (row == null || row.version() < position.version()) {
            return covered;
        }
        if (row.failed()) {
            try {
                store.row(indexId, position.rowKey())
                        .map(StoredRow::failure)
                        .ifPresent(failure -> failed.put(position.rowKey(), failure));
            } catch (NotAnsweredException e) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean ready() {
        return running.getAsBoolean() && stores.answering().stream().allMatch(store -> store.ready(catalog.current()));
    }

    // Far enough in the future, and no overflow.
    private static long nanos(Duration timeout) {
        return Math.max(
                0,
                Math.min(timeout.toSeconds(), TimeUnit.DAYS.toSeconds(365)) == timeout.toSeconds()
                        ? timeout.toNanos()
                        : TimeUnit.DAYS.toNanos(365));
    }

    /** Stops searching. The stores stay the giver's. */
    @Override
    public void close() {
        searchers.shutdownNow();
    }
}
