package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.RowImage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vector stores of this process that answer, by partition; and what they share: the catalog, the threads that build graphs, and the signal
 * that something changed. Thread-safe; lives as long as the process, while stores come and go with rebalances.
 *
 * <p><b>Why not {@code KafkaStreams.query}</b> for searches in this process: it visits partitions one after the other on the caller's thread, serves stores that still
 * restore, and throws when it meets a rebalance. Here a store enters when its active task starts and leaves when that ends, and whoever holds one that closes
 * under his hands is told "not answered" by the store itself. Waiting writers need a signal from the stores in any case. Asking other processes' partitions is
 * for {@link VectorQuery}.
 */
public final class LocalVectorStores implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalVectorStores.class);

    private final String topic;
    private final CatalogView catalog;
    private final Supplier<? extends Deserializer<RowImage>> images;
    private final MeterRegistry metrics;
    private final Map<Integer, VectorStore> answering = new ConcurrentHashMap<>();
    private final Map<Long, Gauge> gauges = new ConcurrentHashMap<>();
    private final ChangeSignal signal = new ChangeSignal();
    private final ExecutorService loaders;

    /**
     * Listens to the catalog from now on.
     *
     * @param topic the vectors topic
     * @param images called once per store; each deserializer is used by one thread at a time
     * @param loaderThreads graphs built at the same time, at least 1
     */
    public LocalVectorStores(
            String topic,
            CatalogView catalog,
            Supplier<? extends Deserializer<RowImage>> images,
            MeterRegistry metrics,
            int loaderThreads) {
        this(topic, catalog, images, metrics, loaders(loaderThreads));
    }

    LocalVectorStores(
            String topic,
            CatalogView catalog,
            Supplier<? extends Deserializer<RowImage>> images,
            MeterRegistry metrics,
            ExecutorService loaders) {
        this.topic = requireNonNull(topic, "topic is null");
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.images = requireNonNull(images, "images is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.loaders = loaders;
        catalog.addListener(this::catalogChanged);
        measure(catalog.current());
    }

    private static ExecutorService loaders(int threads) {
        AtomicInteger started = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "freshet-index-loader-" + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    String topic() {
        return topic;
    }

    VectorStore create(String name) {
        return new VectorStore(name, this, images.get());
    }

    void opened(VectorStore store) {
        answering.put(store.partition(), store);
        store.reconcile(catalog.current());
        changed();
    }

    void closed(VectorStore store) {
        answering.remove(store.partition(), store);
    }

    void load(VectorStore store, IndexPartition index) {
        try {
            loaders.execute(() -> store.load(index));
        } catch (RejectedExecutionException e) {
            log.debug("an index is not loaded: the process is closing");
        }
    }

    /** Tells those who wait that something they may wait for has changed. */
    void changed() {
        signal.changed();
    }

    ChangeSignal signal() {
        return signal;
    }

    /** The stores that answer now, or will when their indexes are loaded. */
    Collection<VectorStore> answering() {
        return List.copyOf(answering.values());
    }

    @Nullable
    VectorStore partition(int partition) {
        return answering.get(partition);
    }

    private synchronized void catalogChanged(Catalog changed) {
        Catalog newest = catalog.current().version() > changed.version() ? catalog.current() : changed;
        answering.values().forEach(store -> store.reconcile(newest));
        measure(newest);
    }

    private synchronized void measure(Catalog newest) {
        gauges.entrySet().removeIf(entry -> {
            boolean gone = newest.index(entry.getKey()).isEmpty();
            if (gone) {
                metrics.remove(entry.getValue());
            }
            return gone;
        });
        for (IndexDefinition index : newest.indexes()) {
            gauges.computeIfAbsent(
                    index.id(),
                    id -> Gauge.builder("freshet.index.vectors", () -> vectors(id))
                            .description("Vectors that searches can find in this process")
                            .tag("index", index.name())
                            .register(metrics));
        }
    }

    private int vectors(long indexId) {
        return answering.values().stream()
                .flatMap(store -> Optional.ofNullable(store.index(indexId)).stream())
                .flatMap(index -> Optional.ofNullable(index.serving()).stream())
                .mapToInt(IndexGraph::vectors)
                .sum();
    }

    /** Stops building graphs. To be called after the streams application has closed. */
    @Override
    public void close() {
        loaders.shutdownNow();
        gauges.values().forEach((Meter gauge) -> metrics.remove(gauge));
    }
}
