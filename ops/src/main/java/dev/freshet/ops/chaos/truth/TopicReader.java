package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics whole, as any consumer of committed records would. From the beginning each time: what is read again must still be there. Each call has a consumer of
 * its own; thread-safe.
 */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrap;
    private final Duration within;

    /** @param within how long one topic may take to read */
    TopicReader(String bootstrap, Duration within) {
        this.bootstrap = requireNonNull(bootstrap, "bootstrap is null");
        this.within = requireNonNull(within, "within is null");
    }

    /** All committed records up to where the topic ends now, in the order of each partition. */
    List<TopicRecord> read(String topic) throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + within.toNanos();
            List<TopicRecord> records = new ArrayList<>();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the end of " + topic + " was not read within " + within);
                }
                for (ConsumerRecord<byte[], byte[]> read : consumer.poll(POLL)) {
                    records.add(record(read));
                }
            }
            return records;
        } catch (KafkaException e) {
            throw new IOException("the topic " + topic + " cannot be read", e);
        }
    }

    /** Where the partitions of a topic end, markers of transactions included. */
    Map<Integer, Long> ends(String topic) throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Map<Integer, Long> ends = new HashMap<>();
            consumer.endOffsets(partitions(consumer, topic)).forEach((one, end) -> ends.put(one.partition(), end));
            return ends;
        } catch (KafkaException e) {
            throw new IOException("the end of the topic " + topic + " cannot be asked", e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "isolation.level",
                        "read_committed",
                        "allow.auto.create.topics",
                        "false",
                        "default.api.timeout.ms",
                        "15000",
                        "fetch.max.wait.ms",
                        "100"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic)
            throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new IOException("there is no topic " + topic);
        }
        return partitions;
    }

    private static TopicRecord record(ConsumerRecord<byte[], byte[]> read) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : read.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
        }
        return new TopicRecord(new Place(read.partition(), read.offset()), read.key(), read.value(), headers);
    }
}
