package dev.freshet.search;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;

/**
 * The search application: the vectors topic is the source of one store and its changelog at once. It writes nothing to Kafka.
 *
 * <p>To be run {@code at_least_once} with {@code read_committed} consumers.
 */
public final class SearchTopology {
    /** The store's name, for interactive queries. */
    public static final String STORE = "vector-store";

    /** The source node's name. */
    public static final String SOURCE = "vectors-source";

    /** The processor node's name. */
    public static final String PROCESSOR = "vectors-to-store";

    private SearchTopology() {}

    /** The topology over the vectors topic that {@code stores} was made for. */
    public static Topology build(LocalVectorStores stores) {
        return new Topology()
                .addReadOnlyStateStore(
                        new VectorStoreBuilder(STORE, stores),
                        SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        stores.topic(),
                        PROCESSOR,
                        () -> new VectorProcessor(STORE));
    }
}
