package dev.freshet.catalog;

import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.key.TopicNames;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** The catalog application: commands and reports of jobs in, catalog records and replies out. */
public final class CatalogTopology {
    private CatalogTopology() {}

    /** The serdes of the topics, and of the state in between. */
    public record CatalogSerdes(
            Serde<CatalogCommand> commands,
            Serde<CatalogReply> replies,
            Serde<CatalogRecord> records,
            Serde<ProgressEntry> progress) {}

    /** As below, flagging columns. */
    static Topology build(TopicNames topics, CatalogSerdes serdes) {
        return build(topics, serdes, true);
    }

    /** @param detecting whether columns are flagged that by their names seem to hold personal data */
    public static Topology build(TopicNames topics, CatalogSerdes serdes, boolean detecting) {
        String source = "catalog-commands-source";
        String progressSource = "job-progress-source";
        String processor = "catalog-processor";
        Topology topology = new Topology();
        topology.addSource(
                source, Serdes.String().deserializer(), serdes.commands().deserializer(), topics.catalogCommands());
        topology.addSource(
                progressSource,
                Serdes.String().deserializer(),
                serdes.progress().deserializer(),
                topics.jobProgress());
        topology.addProcessor(processor, () -> new CatalogProcessor(topics.rows(), detecting), source, progressSource);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(CatalogProcessor.STORE), Serdes.String(), serdes.records())
                        .withLoggingEnabled(Map.of()),
                processor);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(JobReports.STORE), Serdes.String(), serdes.progress())
                        .withLoggingEnabled(Map.of()),
                processor);
        topology.addSink(
                CatalogProcessor.CATALOG_SINK,
                topics.catalog(),
                Serdes.String().serializer(),
                serdes.records().serializer(),
                processor);
        topology.addSink(
                CatalogProcessor.REPLY_SINK,
                topics.catalogReplies(),
                Serdes.String().serializer(),
                serdes.replies().serializer(),
                processor);
        topology.addSink(
                CatalogProcessor.PROGRESS_SINK,
                topics.jobProgress(),
                Serdes.String().serializer(),
                serdes.progress().serializer(),
                processor);
        return topology;
    }
}
