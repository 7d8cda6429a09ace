package dev.freshet.refresh;

import dev.freshet.catalog.CatalogView;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The refresh application: row changes in, row images out. */
public final class RefreshTopology {
    private RefreshTopology() {}

    /**
     * The topology.
     *
     * @param registrar is told of tables whose rows come
     * @param reports is told how fresh the indexes are, and where rows came from
     */
    public static Topology build(
            RefreshSettings settings,
            CatalogView catalog,
            RefreshSerdes serdes,
            EmbeddingPipeline pipeline,
            TableRegistrar registrar,
            RefreshReports reports,
            BackfillPace pace,
            FlagReports flags,
            RefreshMetrics metrics) {
        UnforeseenFailures failures = new UnforeseenFailures();
        return build(
                settings,
                () -> new RowProcessor(
                        settings, catalog, serdes, pipeline, registrar, reports, pace, flags, metrics, failures));
    }

    static Topology build(RefreshSettings settings, ProcessorSupplier<byte[], byte[], byte[], Routed> processors) {
        String source = "rows-source";
        String processor = "row-processor";
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                source,
                // A producer that sets no valid time is no reason to stop.
                (record, partitionTime) -> record.timestamp() < 0 ? System.currentTimeMillis() : record.timestamp(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                settings.topics().rows());
        topology.addProcessor(processor, processors, source);
        for (StoreBuilder<KeyValueStore<Bytes, byte[]>> store : RefreshStores.builders()) {
            topology.addStateStore(store, processor);
        }
        addSink(topology, RowProcessor.VECTORS_SINK, settings.topics().vectors(), processor);
        addSink(topology, RowProcessor.ROWS_SINK, settings.topics().rows(), processor);
        addSink(topology, RowProcessor.DEAD_LETTERS_SINK, settings.topics().deadLetters(), processor);
        addSink(topology, RowProcessor.PROGRESS_SINK, settings.topics().jobProgress(), processor);
        return topology;
    }

    private static void addSink(Topology topology, String name, String topic, String parent) {
        topology.addSink(name, topic, new ByteArraySerializer(), Routed.serializer(), Routed.partitioner(), parent);
    }
}
