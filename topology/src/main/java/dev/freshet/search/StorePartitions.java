package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.freshet.catalog.CatalogView;
import dev.freshet.index.VectorIndexStatistics;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the {@link LocalVectorStores}, several at the same time. Its threads and their queue are bounded, and a search that finds the queue full is refused with {@code NOT_READY}; who waits for
 * a position takes none of the threads. What is fetched later, or walked again for it ({@link PartitionSearch}), takes its caller's.
 */
public final class StorePartitions implements LocalPartitions, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StorePartitions.class);
    private static final int QUEUE_MAX = 1_024;
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final LocalVectorStores stores;
    private final CatalogView catalog;
    private final ExecutorService searchers;

    /**
     * @param stores stay the giver's
     * @param threads partitions searched at the same time, at least 1
     */
    public StorePartitions(LocalVectorStores stores, CatalogView catalog, int threads) {
        this.stores = requireNonNull(stores, "stores is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        AtomicInteger started = new AtomicInteger();
        this.searchers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> {
                    Thread thread = new Thread(task, "freshet-search-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public List<PartitionAnswer> search(Map<Integer, Long> partitions, VectorQuery query, Duration timeout)
            throws InterruptedException {
        return found(partitions, query, null, Deadline.after(timeout), PartitionFindings::fetchAll);
    }

    /**
     * The nearest hits of some partitions together: as a search of all processes gathers them, without what gathering takes.
     *
     * @param width candidates per partition; null: as the query says
     * @param timeout see {@link LocalPartitions#search}
     * @return nearest first, at most the query's {@code k}
     * @throws FreshetException {@code NOT_READY} if one of the partitions does not answer here, or not in time
     */
    public List<SearchHit> nearest(
            Collection<Integer> partitions, VectorQuery query, @Nullable SearchWidth width, Duration timeout)
            throws InterruptedException {
        Map<Integer, Long> anywhere = partitions.stream().collect(toMap(partition -> partition, partition -> -1L));
        List<PartitionFindings> found = found(anywhere, query, width, Deadline.after(timeout), findings -> findings);
        NearestFindings nearest = NearestFindings.of(query.k(), found);
        if (found.size() < anywhere.size() || !nearest.gone().isEmpty()) {
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    found.size() - nearest.gone().size() + " of " + anywhere.size()
                            + " partitions answered in this process, try again soon");
        }
        return nearest.hits();
    }

    private <T extends PartitionFindings> List<T> found(
            Map<Integer, Long> partitions,
            VectorQuery query,
            @Nullable SearchWidth width,
            long deadline,
            Function<PartitionFindings, T> fetched)
            throws InterruptedException {
        Map<Integer, CompletableFuture<T>> asked = new LinkedHashMap<>();
        try {
            partitions.forEach((partition, position) ->
                    asked.put(partition, ask(partition, position, query, width, deadline, fetched)));
            List<T> found = new ArrayList<>(asked.size());
            for (Map.Entry<Integer, CompletableFuture<T>> entry : asked.entrySet()) {
                answer(entry.getValue(), deadline)
                        .or(() -> behind(entry.getKey(), partitions.getOrDefault(entry.getKey(), -1L), query.indexId())
                                .map(fetched))
                        .ifPresent(found::add);
            }
            return found;
        } finally {
            asked.values().forEach(answer -> answer.cancel(false));
        }
    }

    private static <T> Optional<T> answer(CompletableFuture<T> asked, long deadline) throws InterruptedException {
        try {
            return Optional.of(asked.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FreshetException refused) {
                throw new FreshetException(refused.code(), String.valueOf(refused.getMessage()), refused);
            }
            return Optional.empty(); // Logged where it happened, if it was not foreseen.
        }
    }

    private Optional<PartitionAnswer> behind(int partition, long wanted, long indexId) {
        Watermark watermark = watermark(indexId, partition);
        return watermark == null || watermark.offset() >= wanted
                ? Optional.empty()
                : Optional.of(
                        new PartitionAnswer(partition, List.of(), watermark.offset(), watermark.waitingSinceMs()));
    }

    /**
     * Begins to search one partition, as soon as it has reached a position. Completes exceptionally when it cannot answer here: with a {@link FreshetException} if too many
     * searches wait. Whoever no longer wants the answer cancels it. Nothing of what it finds is fetched.
     *
     * @param width see {@link PartitionSearch}
     * @param deadline the search is given up then; who waits for the position is not told
     */
    CompletableFuture<PartitionFindings> ask(
            int partition, long position, VectorQuery query, @Nullable SearchWidth width, long deadline) {
        return ask(partition, position, query, width, deadline, found -> found);
    }

    private <T> CompletableFuture<T> ask(
            int partition,
            long position,
            VectorQuery query,
            @Nullable SearchWidth width,
            long deadline,
            Function<PartitionFindings, T> fetched) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable search = () -> search(partition, query, width, deadline, fetched, answer);
        if (position < 0 || settled(partition, position, query.indexId())) {
            submit(search, answer);
        } else {
            CompletableFuture<Void> reached = stores.waits().until(() -> settled(partition, position, query.indexId()));
            // Cancelled with the answer, so that nobody looks at it any more.
            answer.whenComplete((found, failure) -> reached.cancel(false));
            reached.thenRun(() -> submit(search, answer));
        }
        return answer;
    }

    // Either it has come as far, or it will not, because it is no longer here.
    private boolean settled(int partition, long position, long indexId) {
        Watermark watermark = watermark(indexId, partition);
        return watermark == null ? stores.telling(partition) == null : watermark.offset() >= position;
    }

    private void submit(Runnable search, CompletableFuture<?> answer) {
        try {
            searchers.execute(search);
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(
                    new FreshetException(ErrorCode.NOT_READY, "too many searches at once, try again", e));
        }
    }

    private <T> void search(
            int partition,
            VectorQuery query,
            @Nullable SearchWidth width,
            long deadline,
            Function<PartitionFindings, T> fetched,
            CompletableFuture<T> answer) {
        BooleanSupplier late = () -> Deadline.isOver(deadline);
        BooleanSupplier expired = () -> answer.isDone() || late.getAsBoolean();
        try {
            VectorStore store = expired.getAsBoolean() ? null : stores.telling(partition);
            Optional<PartitionFindings> found =
                    store == null ? Optional.empty() : store.find(query, width, expired, late);
            found.map(fetched)
                    .ifPresentOrElse(
                            answer::complete,
                            () -> answer.completeExceptionally(new NotAnsweredException("not here, or late")));
        } catch (NotAnsweredException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            log.error("a search of partition {} failed", partition, e);
            answer.completeExceptionally(e);
        }
    }

    /** Whether the partition is active here and answers. */
    boolean active(int partition) {
        VectorStore store = stores.partition(partition);
        return store != null && store.answers();
    }

    /** Whether the partition answers here, be it as a standby. */
    boolean holds(int partition) {
        return stores.telling(partition) != null;
    }

    /** How far an index has come in a partition that answers here; null if it does not, or the index is not loaded. */
    @Nullable
    Watermark watermark(long indexId, int partition) {
        VectorStore store = stores.telling(partition);
        IndexPartition index = store == null ? null : store.index(indexId);
        return index == null || index.serving() == null ? null : index.watermark();
    }

    /** Whether any partition answers here for an index, be it as a standby. */
    boolean holdsSome(long indexId) {
        return stores.held().stream().anyMatch(store -> watermark(indexId, store.partition()) != null);
    }

    /** Some random rows of each partition that answers here, be it as a standby: up to {@code count} of each, in the order of the partitions. */
    List<StoredImage> sample(long indexId, int count, Random random) {
        return stores.held().stream()
                .sorted(Comparator.comparingInt(VectorStore::partition))
                .flatMap(store -> store.sample(indexId, count, random).stream())
                .toList();
    }

    /** Whether every partition that is active here answers for every index. */
    boolean ready() {
        return stores.answering().stream().allMatch(store -> store.ready(catalog.current()));
    }

    @Override
    public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        VectorStore store = stores.telling(partition);
        IndexPartition index = store == null ? null : store.index(indexId);
        if (store == null || index == null || index.serving() == null) {
            throw notReady(partition);
        }
        try {
            return store.image(indexId, rowKey).map(image -> image.view(includeVectors));
        } catch (NotAnsweredException e) {
            throw notReady(partition);
        }
    }

    private static FreshetException notReady(int partition) {
        return new FreshetException(
                ErrorCode.NOT_READY, "partition " + partition + " does not answer in this process, try again soon");
    }

    @Override
    public RowPage page(PageQuery query) {
        VectorStore store = stores.telling(query.partition());
        IndexPartition index = store == null ? null : store.index(query.indexId());
        if (store == null || index == null || index.serving() == null) {
            throw notReady(query.partition());
        }
        try {
            return RowPages.read(store.storage(), query);
        } catch (NotAnsweredException e) {
            throw notReady(query.partition());
        }
    }

    @Override
    public List<PartitionStatistics> statistics(long indexId) {
        return stores.held().stream()
                .sorted(Comparator.comparingInt(VectorStore::partition))
                .map(store -> statistics(store, store.index(indexId)))
                .toList();
    }

    private static PartitionStatistics statistics(VectorStore store, @Nullable IndexPartition index) {
        IndexGraph graph = index == null ? null : index.serving();
        long position = index == null ? -1 : index.watermark().offset();
        if (graph == null) {
            return new PartitionStatistics(store.partition(), false, 0, 0, 0, position);
        }
        VectorIndexStatistics vectors = graph.statistics();
        return new PartitionStatistics(
                store.partition(), store.tells(), graph.rows(), graph.vectors(), vectors.removed(), position);
    }

    @Override
    public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout)
            throws InterruptedException {
        long deadline = Deadline.after(timeout);
        Map<String, RowFailure> failed = new HashMap<>();
        List<RowPosition> waiting = new ArrayList<>(positions);
        List<String> rowKeys = positions.stream().map(RowPosition::rowKey).toList();
        try (RowWaits.Wait wait = stores.rowWaits().enter(indexId, rowKeys)) {
            while (true) {
                waiting.removeIf(position -> reflected(indexId, position, failed));
                if (!waiting.isEmpty() && !known(indexId)) {
                    throw new FreshetException(
                            ErrorCode.INDEX_NOT_FOUND, "the index was dropped while its rows were waited for");
                }
                if (waiting.isEmpty() || !wait.await(deadline)) {
                    return new AwaitResult(
                            failed, waiting.stream().map(RowPosition::rowKey).toList());
                }
            }
        }
    }

    private boolean known(long indexId) {
        return catalog.current().index(indexId).isPresent()
                || catalog.catchUp(CATCH_UP).index(indexId).isPresent();
    }

    // Whether searches see the change. Its row may have gone on to a newer version, or be deleted: then the deletion
    // tells, if it is not long ago, or the watermark.
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
        if (row == null) {
            return covered || store.deletedSince(indexId, position.rowKey(), position.version());
        }
        if (row.version() < position.version()) {
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

    /** Stops searching. The stores stay the giver's. */
    @Override
    public void close() {
        searchers.shutdownNow();
    }
}
