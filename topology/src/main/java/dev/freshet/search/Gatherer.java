package dev.freshet.search;

import dev.freshet.search.Gathering.Gathered;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Asks all partitions of the vectors topic, here and elsewhere, and knows what was learned from it. Thread-safe. */
final class Gatherer {
    private static final Duration GRACE = Duration.ofMillis(250);

    private final StorePartitions local;
    private final RemotePartitions remote;
    private final IntSupplier partitions;
    private final NodeHealth health;
    private final Duration grace;
    private final NewestPositions newest = new NewestPositions();
    private final PartitionSources sources;
    private final Counter hedges;

    Gatherer(StorePartitions local, Cluster cluster, IntSupplier partitions, MeterRegistry metrics) {
        this(local, cluster, partitions, metrics, new NodeHealth(System::nanoTime), GRACE);
    }

    /**
     * @param grace how long a standby's answer that is known to be old is kept back for a fresher one
     */
    Gatherer(
            StorePartitions local,
            Cluster cluster,
            IntSupplier partitions,
            MeterRegistry metrics,
            NodeHealth health,
            Duration grace) {
        this.local = local;
        this.health = health;
        this.grace = grace;
        this.remote = cluster.remote();
        this.partitions = partitions;
        this.sources = new PartitionSources(local, cluster.directory(), health);
        this.hedges = Counter.builder("freshet.search.hedges")
                .description("Questions that were put to a second process because the first was slow")
                .register(metrics);
    }

    /** See {@link Gathering}. */
    Gathered gather(VectorQuery query, @Nullable SearchWidth width, Map<Integer, Long> positions, long deadline)
            throws InterruptedException {
        return new Gathering(this, partitions(), positions, query, width, deadline).run();
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

    Duration grace() {
        return grace;
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
