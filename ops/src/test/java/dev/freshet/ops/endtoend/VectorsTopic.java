package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.registry.HttpSchemaRegistryClient;
import dev.freshet.schemas.registry.RegistryAuth;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import dev.freshet.schemas.serde.VectorBytes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the vectors topic says, read as any consumer would: committed records only, compacted here in memory. The oracle of what an index must hold. */
final class VectorsTopic {
    private VectorsTopic() {}

    /** A record of a topic. */
    record Entry(String key, byte[] value, int partition) {
        boolean tombstone() {
            return value.length == 0;
        }
    }

    /** A chunk that must be found. */
    record Expected(String id, String row, String text, float[] vector, int partition) {
        double cosineDistance(float[] query) {
            double dot = 0;
            double own = 0;
            double other = 0;
            for (int i = 0; i < query.length; i++) {
                dot += (double) vector[i] * query[i];
                own += (double) vector[i] * vector[i];
                other += (double) query[i] * query[i];
            }
            return 1 - dot / Math.sqrt(own * other);
        }
    }

    /** The committed records of a topic up to its end, in their partitions' order; a null value is empty here. */
    static List<Entry> read(Cluster cluster, String topic) {
        List<Entry> entries = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the end of " + topic + " was not read within 60 s");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    entries.add(new Entry(
                            new String(record.key(), UTF_8),
                            record.value() == null ? new byte[0] : record.value(),
                            record.partition()));
                }
            }
        }
        return entries;
    }

    /** The chunks of an index by their id. */
    static Map<String, Expected> chunks(Cluster cluster, String prefix, long indexId) {
        String topic = new TopicNames(prefix).vectors();
        Map<String, Entry> newest = new LinkedHashMap<>();
        for (Entry entry : read(cluster, topic)) {
            if (!VectorKeys.isWatermark(entry.key()) && VectorKeys.indexId(entry.key()) == indexId) {
                newest.put(entry.key(), entry);
            }
        }
        Map<String, Expected> chunks = new LinkedHashMap<>();
        try (HttpSchemaRegistryClient registry = new HttpSchemaRegistryClient(
                        List.of(URI.create(cluster.registryUrl())), new RegistryAuth.None(), Duration.ofSeconds(5));
                ConfluentAvroSerde<RowImage> images = new ConfluentAvroSerde<>(RowImage.class, registry)) {
            for (Entry entry : newest.values()) {
                if (!entry.tombstone()) {
                    RowImage image = images.deserializer().deserialize(topic, entry.value());
                    add(chunks, image, entry.partition());
                }
            }
        }
        return chunks;
    }

    /** The keys of all rows that have an image in any index. */
    static List<String> liveRows(Cluster cluster, String prefix) {
        Map<String, Entry> newest = new LinkedHashMap<>();
        for (Entry entry : read(cluster, new TopicNames(prefix).vectors())) {
            newest.put(entry.key(), entry);
        }
        return newest.values().stream()
                .filter(entry -> !entry.tombstone() && !VectorKeys.isWatermark(entry.key()))
                .map(entry -> VectorKeys.rowKey(entry.key()))
                .toList();
    }

    /** The distances of the nearest chunks, ascending. */
    static List<Double> nearest(Map<String, Expected> chunks, float[] query, int k) {
        return chunks.values().stream()
                .map(chunk -> chunk.cosineDistance(query))
                .sorted(Comparator.naturalOrder())
                .limit(k)
                .toList();
    }

    private static void add(Map<String, Expected> chunks, RowImage image, int partition) {
        if (image.getKind() != ImageKind.ROW) {
            throw new AssertionError("a row's key holds a " + image.getKind());
        }
        for (Chunk chunk : image.getChunks()) {
            String id = image.getRowKey() + "#" + chunk.getOrdinal();
            Expected expected = new Expected(
                    id, image.getRowKey(), chunk.getText(), VectorBytes.decode(chunk.getVector()), partition);
            if (chunks.put(id, expected) != null) {
                throw new AssertionError("chunk " + id + " stands in two images");
            }
        }
    }
}
