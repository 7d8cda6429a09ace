package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.search.Node;
import dev.freshet.search.PartitionDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the partitions of a topic, from what the members of a stream application tell each other at each rebalance. Thread-safe.
 *
 * <p>What Kafka Streams knows is asked for at most every {@value #FRESH_MS} ms, by one of the callers, and by {@link #changed}; all others read what was
 * found. While it cannot be asked, as the application starts or stops, what was found last stays.
 */
public final class StreamsDirectory implements PartitionDirectory {
    private static final long FRESH_MS = 200;

    private final String topic;
    private final @Nullable Node self;
    private final Supplier<Collection<StreamsMetadata>> application;
    private final LongSupplier nanoTime;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Found found;

    private record Found(Map<Integer, Owners> owners, long atNanos) {}

    /**
     * @param topic whose partitions are meant
     * @param self this process's address; null if it has none
     * @param application the members, as {@link StreamsApplications#members} gives them
     */
    public StreamsDirectory(String topic, @Nullable Node self, Supplier<Collection<StreamsMetadata>> application) {
        this(topic, self, application, System::nanoTime);
    }

    StreamsDirectory(
            String topic,
            @Nullable Node self,
            Supplier<Collection<StreamsMetadata>> application,
            LongSupplier nanoTime) {
        this.topic = requireNonNull(topic, "topic is null");
        this.self = self;
        this.application = requireNonNull(application, "application is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.found = new Found(
                Map.of(), nanoTime.getAsLong() - Duration.ofMillis(FRESH_MS).toNanos());
    }

    @Override
    public Owners owners(int partition) {
        if (nanoTime.getAsLong() - found.atNanos()
                >= Duration.ofMillis(FRESH_MS).toNanos()) {
            changed();
        }
        return found.owners().getOrDefault(partition, Owners.NOBODY);
    }

    @Override
    public @Nullable Node self() {
        return self;
    }

    /** Looks again now, unless somebody does already. To be called when the application's state changes. */
    public void changed() {
        if (looking.compareAndSet(false, true)) {
            try {
                look();
            } finally {
                looking.set(false);
            }
        }
    }

    private void look() {
        Collection<StreamsMetadata> members = application.get();
        Map<Integer, Owners> owners = members.isEmpty() ? found.owners() : owners(members);
        found = new Found(owners, nanoTime.getAsLong());
    }

    private Map<Integer, Owners> owners(Collection<StreamsMetadata> members) {
        Map<Integer, Node> active = new HashMap<>();
        Map<Integer, List<Node>> standbys = new HashMap<>();
        for (StreamsMetadata member : members) {
            Node node = StreamsApplications.node(member);
            if (node != null) {
                partitions(member.topicPartitions()).forEach(partition -> active.put(partition, node));
                partitions(member.standbyTopicPartitions())
                        .forEach(partition -> standbys.computeIfAbsent(partition, number -> new ArrayList<>())
                                .add(node));
            }
        }
        Map<Integer, Owners> owners = new HashMap<>();
        active.forEach((partition, node) ->
                owners.put(partition, new Owners(node, standbys.getOrDefault(partition, List.of()))));
        standbys.forEach((partition, nodes) -> owners.putIfAbsent(partition, new Owners(null, nodes)));
        return Map.copyOf(owners);
    }

    private List<Integer> partitions(Collection<TopicPartition> of) {
        return of.stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .toList();
    }
}
