package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Meters that each index of the catalog has: they come and go with the indexes. Thread-safe. */
public final class IndexMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final BiFunction<Catalog, IndexDefinition, List<? extends Meter>> meters;
    private final Map<Long, List<? extends Meter>> byIndex = new HashMap<>();
    private long version = -1;

    /** @param meters registers the meters of one index, and returns them; an index may have none */
    public IndexMeters(MeterRegistry registry, BiFunction<Catalog, IndexDefinition, List<? extends Meter>> meters) {
        this.registry = requireNonNull(registry, "registry is null");
        this.meters = requireNonNull(meters, "meters is null");
    }

    /** Brings the meters in line with a catalog; one that is older than the last one changes nothing. */
    public synchronized void show(Catalog catalog) {
        if (catalog.version() <= version) {
            return;
        }
        version = catalog.version();
        // First, because an index that was dropped may have a successor of the same name.
        byIndex.entrySet().removeIf(entry -> {
            boolean gone = catalog.index(entry.getKey()).isEmpty();
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        for (IndexDefinition index : catalog.indexes()) {
            byIndex.computeIfAbsent(index.id(), id -> meters.apply(catalog, index));
        }
    }

    /** Takes all meters away; none come any more. */
    @Override
    public synchronized void close() {
        version = Long.MAX_VALUE;
        byIndex.values().forEach(registered -> registered.forEach(registry::remove));
        byIndex.clear();
    }
}
