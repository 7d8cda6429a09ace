package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexMeters;
import dev.freshet.schemas.avro.RowImage;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vector stores of this process: all of them, to tell them of the catalog; and by partition those that answer. And what they share: the catalog, the threads that load graphs,
 * the keeper of snapshots, and who waits for what. Thread-safe; lives as long as the process, while stores come and go with rebalances.
 *
 * <p><b>Why not {@code KafkaStreams.query}</b> for searches in this process: it visits partitions one after the other on the caller's thread, serves stores that still
 * restore, and throws when it meets a rebalance. Here a store enters when its active task starts and leaves when that ends, a standby's answers only once it has caught up, and whoever
 * holds one that closes under his hands is told "not answered" by the store itself. Waiting writers need a signal from the stores in any case. Asking other processes' partitions is for
 * {@link GatheringSearchService}.
 */
public final class LocalVectorStores implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalVectorStores.class);

    private final String topic;
    private final CatalogView catalog;
    private final Supplier<? extends Deserializer<RowImage>> images;
    private final Clock clock;
    private final SnapshotMetrics snapshotMetrics;
    private final SnapshotKeeper keeper;
    // Two stores of one partition may be known at the same time: one that closes, and one that opens.
    private final Set<VectorStore> known = ConcurrentHashMap.newKeySet();
    private final Map<Integer, VectorStore> answering = new ConcurrentHashMap<>();
    private final IndexMeters gauges;
    private final RowWaits rowWaits = new RowWaits();
    private final PositionWaits waits = new PositionWaits();
    private final ExecutorService loaders;
    private final ExecutorService helpers;
    private final int parallelism;

    /**
     * Listens to the catalog from now on.
     *
     * @param topic the vectors topic
     * @param images called once per store; each deserializer is used by one thread at a time
     * @param threads graphs loaded at the same time, and threads that work on one of them, at least 1
     * @param clock tells the age of snapshots
     */
    public LocalVectorStores(
            String topic,
            CatalogView catalog,
            Supplier<? extends Deserializer<RowImage>> images,
            MeterRegistry metrics,
            int threads,
            Clock clock) {
        this(topic, catalog, images, metrics, loaders(threads), threads, clock, SnapshotKeeper.COMMITTED_WITHIN);
        keeper.start();
    }

    /** Without threads of its own: graphs are loaded by {@code loaders}, and snapshots written by whoever calls {@link SnapshotKeeper#tick}, without waiting for a commit. */
    LocalVectorStores(
            String topic,
            CatalogView catalog,
            Supplier<? extends Deserializer<RowImage>> images,
            MeterRegistry metrics,
            ExecutorService loaders) {
        this(topic, catalog, images, metrics, loaders, 1, Clock.systemUTC(), Duration.ZERO);
    }

    LocalVectorStores(
            String topic,
            CatalogView catalog,
            Supplier<? extends Deserializer<RowImage>> images,
            MeterRegistry metrics,
            ExecutorService loaders,
            int parallelism,
            Clock clock,
            Duration committedWithin) {
        this.topic = requireNonNull(topic, "topic is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.images = requireNonNull(images, "images is null");
        this.loaders = loaders;
        this.parallelism = parallelism;
        this.helpers = helpers(Math.max(1, parallelism - 1));
        this.clock = requireNonNull(clock, "clock is null");
        this.snapshotMetrics = new SnapshotMetrics(metrics);
        this.keeper = new SnapshotKeeper(() -> List.copyOf(known), snapshotMetrics, clock, committedWithin);
        IndexGauges indexGauges = new IndexGauges(this, metrics);
        this.gauges = new IndexMeters(metrics, (seen, index) -> indexGauges.register(index));
        catalog.addListener(this::catalogChanged);
        gauges.show(catalog.current());
    }

    private static ExecutorService loaders(int threads) {
        return Executors.newFixedThreadPool(threads, daemons("freshet-index-loader-"));
    }

    // Without a queue: a helper that cannot begin at once is refused, and the loader does the work itself. Queued ones
    // would hold on to the work of loads that are long done.
    private static ExecutorService helpers(int threads) {
        return new ThreadPoolExecutor(
                0, threads, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("freshet-index-helper-"));
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger started = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    String topic() {
        return topic;
    }

    VectorStore create(String name) {
        return new VectorStore(name, this, images.get());
    }

    CatalogView catalog() {
        return catalog;
    }

    Clock clock() {
        return clock;
    }

    SnapshotMetrics snapshotMetrics() {
        return snapshotMetrics;
    }

    SnapshotKeeper keeper() {
        return keeper;
    }

    IndexLoad.Effort effort() {
        return new IndexLoad.Effort(helpers, parallelism, IndexLoad.Effort.SLICE_ROWS);
    }

    /** A store has been opened by Streams. */
    void registered(VectorStore store) {
        known.add(store);
    }

    void opened(VectorStore store) {
        answering.put(store.partition(), store);
        changed();
    }

    /** A store takes no more changes and is about to free its graphs. */
    void closing(VectorStore store) {
        keeper.closing(store);
        known.remove(store);
    }

    void closed(VectorStore store) {
        answering.remove(store.partition(), store);
        changed(); // Who waits for it may ask elsewhere.
    }

    void load(VectorStore store, IndexPartition index) {
        try {
            loaders.execute(() -> store.load(index));
        } catch (RejectedExecutionException e) {
            log.debug("an index is not loaded: the process is closing");
        }
    }

    /** Tells those who wait that something has changed that any of them may wait for. */
    void changed() {
        rowWaits.changed();
        waits.changed();
    }

    /** Tells those who wait that a partition has come on, in which these rows changed and nothing else. */
    void changed(Collection<StagedChanges.RowId> rows) {
        rowWaits.changed(rows);
        waits.changed();
    }

    /** Those who wait for positions. */
    PositionWaits waits() {
        return waits;
    }

    /** Those who wait for rows. */
    RowWaits rowWaits() {
        return rowWaits;
    }

    /** The stores that answer now, or will when their indexes are loaded. */
    Collection<VectorStore> answering() {
        return List.copyOf(answering.values());
    }

    /** The store of an active task; null if the partition is not active here. */
    @Nullable
    VectorStore partition(int partition) {
        return answering.get(partition);
    }

    /** How far the partitions held here are from answering. Cheap. */
    public LoadState loadState() {
        Catalog newest = catalog.current();
        List<Integer> restoring = known.stream()
                .filter(store -> !store.answers())
                .map(VectorStore::partition)
                .filter(partition -> partition >= 0)
                .distinct()
                .sorted()
                .toList();
        int loadingGraphs = answering.values().stream()
                .filter(VectorStore::answers)
                .mapToInt(store -> store.loading(newest))
                .sum();
        return new LoadState(restoring, loadingGraphs);
    }

    /** The store that answers for a partition, that of an active task rather than a standby's; null if none does now. */
    @Nullable
    VectorStore telling(int partition) {
        VectorStore active = answering.get(partition);
        if (active != null && active.answers()) {
            return active;
        }
        for (VectorStore store : known) {
            if (store.partition() == partition && store.follows()) {
                return store;
            }
        }
        return null;
    }

    /** The store of a standby, whether it has caught up or not; null if there is none. */
    @Nullable
    VectorStore standby(int partition) {
        for (VectorStore store : known) {
            if (store.partition() == partition && store.isOpen() && answering.get(partition) != store) {
                return store;
            }
        }
        return null;
    }

    /** One store per partition: those of active tasks, and of standbys that answer. */
    Collection<VectorStore> held() {
        Map<Integer, VectorStore> held = new HashMap<>();
        for (VectorStore store : known) {
            if (store.follows()) {
                held.put(store.partition(), store);
            }
        }
        held.putAll(answering);
        return held.values();
    }

    private synchronized void catalogChanged(Catalog changed) {
        Catalog newest = catalog.current().version() > changed.version() ? catalog.current() : changed;
        try {
            known.forEach(store -> store.reconcile(newest));
            gauges.show(newest);
        } finally {
            rowWaits.changed(); // Who waits for rows of an index that is gone is told so.
        }
    }

    /** An index in the partitions that answer now, or will when its graphs are loaded. */
    Stream<IndexPartition> served(long indexId) {
        return answering.values().stream().flatMap(store -> Stream.ofNullable(store.index(indexId)));
    }

    /** Vectors of an index that are in no snapshot, in all stores. */
    long unsaved(long indexId) {
        return known.stream()
                .flatMap(store -> Stream.ofNullable(store.index(indexId)))
                .mapToLong(IndexPartition::unsaved)
                .sum();
    }

    /** Stops loading and saving graphs. To be called after the streams application has closed. */
    @Override
    public void close() {
        keeper.close();
        loaders.shutdownNow();
        helpers.shutdownNow();
        gauges.close();
    }
}
