package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The gauges of what waits, per index: they come and go with the indexes of the catalog. Thread-safe. */
final class IndexGauges {
    private final MeterRegistry registry;
    private final Map<Long, List<Meter>> gauges = new HashMap<>();
    private long version = -1;

    IndexGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Brings the gauges in line with a catalog; one that is older than the last one changes nothing. */
    synchronized void show(Catalog catalog, StaleRegistry stale) {
        if (catalog.version() <= version) {
            return;
        }
        version = catalog.version();
        // First, because an index that was dropped may have a successor of the same name.
        gauges.entrySet().removeIf(entry -> {
            boolean gone = catalog.index(entry.getKey()).isEmpty();
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        for (IndexDefinition index : catalog.indexes()) {
            if (!index.direct()) {
                gauges.computeIfAbsent(index.id(), id -> register(catalog, index, stale));
            }
        }
    }

    private List<Meter> register(Catalog catalog, IndexDefinition index, StaleRegistry stale) {
        String dataset = catalog.dataset(index.datasetId()).map(Dataset::name).orElse("");
        Tags tags = Tags.of("dataset", dataset, "index", index.name());
        long id = index.id();
        return List.of(
                Gauge.builder("freshet.pending.rows", stale, known -> known.pendingRows(id))
                        .description("Rows of this process's partitions that wait to be embedded for an index")
                        .tags(tags)
                        .register(registry),
                Gauge.builder("freshet.held.rows", stale, known -> known.heldRows(id))
                        .description(
                                "Of the rows that wait, those that may not be embedded before a refresh: the policy or a cancelled job holds them")
                        .tags(tags)
                        .register(registry));
    }
}
