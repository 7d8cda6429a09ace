package dev.freshet.ops.bench.freshness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Notes when a Kafka client hands records on. Kafka makes one for each client that is configured so, with the directory in {@value #DIRECTORY} and the topics to note in
 * {@value #TOPICS}, separated by commas; each writes a file of its own there, complete when the client is closed. Keys of these topics must be lines of text.
 *
 * <p>A line is {@code kind topic partition offset nanos key}, separated by tabs: {@code polled} from a consumer; {@code sent} by a producer, without an offset
 * (-1), as it is not known yet; {@code appended} by the broker, without a key. Nanoseconds are {@link System#nanoTime}'s, so only those of one process compare.
 *
 * <p>Thread-safe: a producer's own thread tells what was appended.
 */
public final class HopTrace implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
    /** The setting with the directory. */
    public static final String DIRECTORY = "freshet.trace.dir";

    /** The setting with the topics. */
    public static final String TOPICS = "freshet.trace.topics";

    static final String POLLED = "polled";
    static final String SENT = "sent";
    static final String APPENDED = "appended";

    private Set<String> topics = Set.of();
    private @Nullable BufferedWriter out;

    @Override
    public void configure(Map<String, ?> configuration) {
        Object directory = configuration.get(DIRECTORY);
        Object names = configuration.get(TOPICS);
        if (directory == null || names == null) {
            throw new IllegalArgumentException("the settings " + DIRECTORY + " and " + TOPICS + " are needed");
        }
        topics = Set.of(names.toString().split(","));
        try {
            out = Files.newBufferedWriter(Path.of(directory.toString(), UUID.randomUUID() + ".trace"), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        long now = System.nanoTime();
        records.forEach(record -> note(POLLED, record.topic(), record.partition(), record.offset(), now, record.key()));
        return records;
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        Integer partition = record.partition();
        note(SENT, record.topic(), partition == null ? -1 : partition, -1, System.nanoTime(), record.key());
        return record;
    }

    @Override
    public void onAcknowledgement(
            @Nullable RecordMetadata metadata, @Nullable Exception failure, @Nullable Headers headers) {
        if (failure == null && metadata != null) {
            note(APPENDED, metadata.topic(), metadata.partition(), metadata.offset(), System.nanoTime(), null);
        }
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    private synchronized void note(
            String kind, String topic, int partition, long offset, long nanos, byte @Nullable [] key) {
        if (out == null || !topics.contains(topic)) {
            return;
        }
        try {
            out.write(kind
                    + '\t'
                    + topic
                    + '\t'
                    + partition
                    + '\t'
                    + offset
                    + '\t'
                    + nanos
                    + '\t'
                    + (key == null ? "" : new String(key, UTF_8))
                    + '\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (out == null) {
            return;
        }
        try {
            out.close();
            out = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
