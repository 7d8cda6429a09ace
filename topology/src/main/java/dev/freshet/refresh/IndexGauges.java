package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.IndexMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The gauges of what waits, per index: they come and go with the indexes of the catalog. Thread-safe. */
final class IndexGauges {
    private final MeterRegistry registry;
    private final StaleRegistry stale;
    private final IndexMeters meters;

    IndexGauges(MeterRegistry registry, StaleRegistry stale) {
        this.registry = registry;
        this.stale = stale;
        this.meters = new IndexMeters(registry, this::register);
    }

    /** Brings the gauges in line with a catalog; one that is older than the last one changes nothing. */
    void show(Catalog catalog) {
        meters.show(catalog);
    }

    // Nothing waits for a direct index: its rows bring their vectors.
    private List<Meter> register(Catalog catalog, IndexDefinition index) {
        if (index.direct()) {
            return List.of();
        }
        String dataset = catalog.dataset(index.datasetId()).map(Dataset::name).orElse("");
        Tags tags = Tags.of("dataset", dataset, "index", index.name());
        long id = index.id();
        return List.of(
                gauge(
                        "freshet.pending.rows",
                        "Rows of this process's partitions that wait to be embedded for an index",
                        tags,
                        known -> known.pendingRows(id)),
                gauge(
                        "freshet.held.rows",
                        "Of the rows that wait, those that may not be embedded before a refresh: the policy or a cancelled job holds them",
                        tags,
                        known -> known.heldRows(id)),
                gauge(
                        "freshet.backfill.rows",
                        "Of the rows that wait, those of the backfill lane: they give way to changes as they come",
                        tags,
                        known -> known.backfillRows(id)),
                gauge(
                        "freshet.pending.oldest.seconds",
                        "How long the oldest change that waits to be embedded for an index has been waiting; 0: none waits",
                        tags,
                        known -> known.oldestPendingMs(id) / 1_000.0));
    }

    private Meter gauge(String name, String description, Tags tags, ToDoubleFunction<StaleRegistry> value) {
        return Gauge.builder(name, stale, value)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
