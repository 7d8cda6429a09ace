package dev.freshet.search;

import dev.freshet.search.Gathering.Gathered;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.IntSupplier;

/** Asks all partitions of the vectors topic, here and elsewhere, and knows what was learned from it. Thread-safe. */
final class Gatherer {
    private final StorePartitions local;
    private final RemotePartitions remote;
    private final IntSupplier partitions;
    private final NodeHealth health = new NodeHealth(System::nanoTime);
    private final NewestPositions newest = new NewestPositions();
    private final PartitionSources sources;
    private final Counter hedges;

    Gatherer(StorePartitions local, Cluster cluster, IntSupplier partitions, MeterRegistry metrics) {
        this.local = local;
        this.remote = cluster.remote();
        this.partitions = partitions;
        this.sources = new PartitionSources(local, cluster.directory(), health);
        this.hedges = Counter.builder("freshet.search.hedges")
                .description("Questions that were put to a second process because the first was slow")
                .register(metrics);
    }

    /** See {@link Gathering}. */
    Gathered gather(VectorQuery query, Map<Integer, Long> positions, long deadline) throws InterruptedException {
        return new Gathering(this, partitions(), positions, query, deadline).run();
    }

    int partitions() {
        return partitions.getAsInt();
    }

    StorePartitions local() {
        return local;
    }

    RemotePartitions remote() {
        return remote;
    }

    NodeHealth health() {
        return health;
    }

    NewestPositions newest() {
        return newest;
    }

    PartitionSources sources() {
        return sources;
    }

    Counter hedges() {
        return hedges;
    }
}
