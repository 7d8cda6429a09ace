package dev.freshet.refresh;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A record's value together with the partition it goes to. Vectors lie where their row lies and not where a hash of their own key would put
 * them, so the processor says where.
 *
 * @param partition negative: let Kafka's default partitioner choose by the key. Counted modulo the topic's partitions, for the dead letters: their topic may
 *     have fewer than the rows topic
 * @param value null deletes
 */
record Routed(int partition, byte @Nullable [] value) {
    static Serializer<Routed> serializer() {
        return (topic, routed) -> routed == null ? null : routed.value();
    }

    static StreamPartitioner<byte[], Routed> partitioner() {
        return (topic, key, routed, partitions) -> routed == null || routed.partition() < 0
                ? Optional.empty()
                : Optional.of(Set.of(routed.partition() % partitions));
    }
}
