package dev.freshet.refresh;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Gets single records of the dead-letters topic; those that follow each other cost one request for many. Thread-safe, one record at a time. */
final class LetterFetcher implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(250);
    /** It reads over so many records rather than to ask the broker again. */
    private static final long SKIP_MAX = 100;

    private final Map<String, Object> consumerConfig;
    private final String topic;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable TopicPartition assigned;

    LetterFetcher(Map<String, Object> clientConfig, String topic) {
        Map<String, Object> config = new HashMap<>(DeadLetterReader.consumerConfig(clientConfig));
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        this.consumerConfig = Map.copyOf(config);
        this.topic = topic;
    }

    /** The record at an offset; empty if it is gone. */
    synchronized Optional<ConsumerRecord<byte[], byte[]>> fetch(int partition, long offset) {
        try {
            return read(new TopicPartition(topic, partition), offset);
        } catch (InterruptException e) {
            close();
            throw new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, "interrupted while a dead letter was read", e);
        } catch (KafkaException e) {
            close(); // The next one starts anew.
            throw unavailable(partition, offset, e);
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long offset) {
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open == null) {
            open = new KafkaConsumer<>(consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = open;
        }
        if (!partition.equals(assigned)) {
            open.assign(List.of(partition));
            open.seek(partition, offset);
            assigned = partition;
        }
        long position = open.position(partition);
        if (position > offset || position < offset - SKIP_MAX) {
            open.seek(partition, offset);
        }
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            ConsumerRecords<byte[], byte[]> records = open.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= offset) {
                    return record.offset() == offset ? Optional.of(record) : Optional.empty();
                }
            }
            if (records.isEmpty() && open.position(partition) > offset) {
                return Optional.empty();
            }
        }
        throw unavailable(partition.partition(), offset, null);
    }

    private FreshetException unavailable(int partition, long offset, @Nullable Throwable cause) {
        return new FreshetException(
                ErrorCode.KAFKA_UNAVAILABLE,
                "the dead letter at " + topic + "-" + partition + "@" + offset + " could not be read"
                        + (cause == null ? " within " + WITHIN.toSeconds() + " s" : ": " + cause.getMessage()),
                cause);
    }

    @Override
    public synchronized void close() {
        KafkaConsumer<byte[], byte[]> open = consumer;
        consumer = null;
        assigned = null;
        if (open != null) {
            open.close();
        }
    }
}
