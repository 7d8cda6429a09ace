package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.VectorIndexStatistics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The gauges of what an index holds in this process. Thread-safe. */
final class IndexGauges {
    private final LocalVectorStores stores;
    private final MeterRegistry registry;

    IndexGauges(LocalVectorStores stores, MeterRegistry registry) {
        this.stores = stores;
        this.registry = registry;
    }

    List<Meter> register(IndexDefinition index) {
        return List.of(
                gauge("freshet.index.vectors", "Vectors that searches can find in this process", index, this::vectors),
                gauge(
                        "freshet.index.rows",
                        "Rows that searches can find in this process",
                        index,
                        id -> served(id).mapToLong(IndexGraph::rows).sum()),
                gauge(
                        "freshet.index.tombstones",
                        "Removed vectors that still take up room in this process's graphs",
                        index,
                        this::tombstones),
                gauge(
                        "freshet.index.tombstone.ratio",
                        "Removed vectors that still take up room in this process's graphs, over all that do: 0 to 1",
                        index,
                        this::tombstoneRatio),
                gauge(
                        "freshet.index.graph.bytes",
                        "Memory taken by this process's graphs; 0 if their engine does not tell",
                        index,
                        id -> statistics(id)
                                .mapToLong(VectorIndexStatistics::bytes)
                                .sum()),
                gauge(
                        "freshet.index.original.bytes",
                        "Of the memory taken by this process's graphs, what vectors as they came take beside a smaller form",
                        index,
                        id -> statistics(id)
                                .mapToLong(VectorIndexStatistics::originalBytes)
                                .sum()),
                gauge(
                        "freshet.index.file.bytes",
                        "Disk taken by vectors of this process's graphs that are kept there and not in memory",
                        index,
                        id -> statistics(id)
                                .mapToLong(VectorIndexStatistics::fileBytes)
                                .sum()),
                gauge(
                        "freshet.index.ready.partitions",
                        "Partitions of this process that answer searches of an index",
                        index,
                        id -> served(id).count()),
                gauge(
                        "freshet.index.unsaved.vectors",
                        "Vectors changed in this process since their graphs' last snapshots",
                        index,
                        stores::unsaved));
    }

    private Meter gauge(String name, String description, IndexDefinition index, ToDoubleFunction<Long> value) {
        long id = index.id();
        return Gauge.builder(name, () -> value.applyAsDouble(id))
                .description(description)
                .tag("index", index.name())
                .register(registry);
    }

    private Stream<IndexGraph> served(long indexId) {
        return stores.served(indexId).flatMap(index -> Stream.ofNullable(index.serving()));
    }

    private Stream<VectorIndexStatistics> statistics(long indexId) {
        return served(indexId).map(IndexGraph::statistics);
    }

    private long vectors(long indexId) {
        return served(indexId).mapToLong(IndexGraph::vectors).sum();
    }

    private long tombstones(long indexId) {
        return statistics(indexId).mapToLong(VectorIndexStatistics::removed).sum();
    }

    private double tombstoneRatio(long indexId) {
        long removed = tombstones(indexId);
        return removed == 0 ? 0 : (double) removed / (removed + vectors(indexId));
    }
}
