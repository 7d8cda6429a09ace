package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.registry.HttpSchemaRegistryClient;
import dev.freshet.schemas.registry.RegistryAuth;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A producer of a dataset's rows that is not Freshet's: it writes to the partition that it is told, in Avro or JSON. */
final class RowProducer implements AutoCloseable {
    private final String topic;
    private final String dataset;
    private final HttpSchemaRegistryClient registry;
    private final ConfluentAvroSerde<RowChange> avro;
    private final KafkaProducer<byte[], byte[]> producer;

    RowProducer(Cluster cluster, String dataset, String prefix) {
        this.topic = new TopicNames(prefix).rows();
        this.dataset = dataset;
        this.registry = new HttpSchemaRegistryClient(
                List.of(URI.create(cluster.registryUrl())), new RegistryAuth.None(), Duration.ofSeconds(5));
        this.avro = new ConfluentAvroSerde<>(RowChange.class, registry);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Where Kafka's own producer puts a row. */
    static int home(String dataset, String key) {
        return BuiltInPartitioner.partitionForKey(bytes(dataset, key), Cluster.PARTITIONS);
    }

    void upsert(Row row, @Nullable Long datasetId, @Nullable Long order, int partition, boolean asAvro)
            throws Exception {
        RowChange change = change(row.id(), Op.UPSERT, order);
        change.setDatasetId(datasetId);
        change.setColumns(Map.of("id", row.id(), "text", row.text(), "label", row.label()));
        send(row.id(), encode(change, asAvro), partition);
    }

    /** A row of a table, as a connector sends it. */
    void tableRow(Row row, Source source, TableSchema schema, boolean asAvro) throws Exception {
        RowChange change = change(row.id(), Op.UPSERT, null);
        change.setColumns(Map.of("id", row.id(), "text", row.text(), "label", row.label()));
        change.setSource(source);
        change.setSchema$(schema);
        send(row.id(), encode(change, asAvro), home(dataset, row.id()));
    }

    void truncate(@Nullable Long order, int partition, boolean asAvro) throws Exception {
        send("", encode(change("", Op.TRUNCATE, order), asAvro), partition);
    }

    void send(String key, byte @Nullable [] value, int partition) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, bytes(dataset, key), value))
                .get();
    }

    private byte[] encode(RowChange change, boolean asAvro) {
        return asAvro ? avro.serializer().serialize(topic, change) : RowChangeJson.write(change);
    }

    private RowChange change(String key, Op op, @Nullable Long order) {
        return RowChange.newBuilder()
                .setDataset(dataset)
                .setKey(key)
                .setOp(op)
                .setVector(null)
                .setSource(
                        order == null
                                ? null
                                : Source.newBuilder()
                                        .setSystem("test")
                                        .setOrder(order)
                                        .build())
                .setSchema$(null)
                .build();
    }

    private static byte[] bytes(String dataset, String key) {
        return (dataset + ":" + key).getBytes(UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        avro.close();
        registry.close();
    }
}
