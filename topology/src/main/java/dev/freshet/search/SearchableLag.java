package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.IndexMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows, per index, how long the oldest change of a row has been waiting that searches of this process's partitions do not find: it was not read by the refresh
 * application, or waits to be embedded. Both are known here already, so that looking costs nothing; what is on its way from one process to the
 * other in the vectors topic is not in it. Thread-safe.
 */
public final class SearchableLag {
    private final LocalVectorStores stores;
    private final UnreadRows unread;
    private final MeterRegistry registry;
    private final Clock clock;

    private SearchableLag(LocalVectorStores stores, UnreadRows unread, MeterRegistry registry, Clock clock) {
        this.stores = requireNonNull(stores, "stores is null");
        this.unread = requireNonNull(unread, "unread is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Registers the gauges of the catalog's indexes, now and whenever it changes. */
    public static void register(
            LocalVectorStores stores, CatalogView catalog, UnreadRows unread, MeterRegistry registry, Clock clock) {
        SearchableLag lag = new SearchableLag(stores, unread, registry, clock);
        IndexMeters meters = new IndexMeters(registry, lag::gauges);
        catalog.addListener(meters::show);
        meters.show(catalog.current());
    }

    private List<Meter> gauges(Catalog catalog, IndexDefinition index) {
        long id = index.id();
        String dataset = catalog.dataset(index.datasetId()).map(Dataset::name).orElse("");
        return List.of(Gauge.builder("freshet.searchable.lag.seconds", () -> lagMs(id) / 1_000.0)
                .description(
                        "How long the oldest change of a row in this process's partitions has been waiting to be searchable; 0: none is known to wait")
                .tag("dataset", dataset)
                .tag("index", index.name())
                .register(registry));
    }

    private long lagMs(long indexId) {
        OptionalLong oldest = stores.answering().stream()
                .flatMapToLong(store ->
                        LongStream.concat(unread.sinceMs(store.partition()).stream(), waiting(store.index(indexId))))
                .min();
        return oldest.isPresent() ? Math.max(0, clock.millis() - oldest.getAsLong()) : 0;
    }

    private static LongStream waiting(@Nullable IndexPartition index) {
        return Stream.ofNullable(index)
                .mapToLong(partition -> partition.watermark().waitingSinceMs())
                .filter(since -> since != Long.MIN_VALUE);
    }
}
