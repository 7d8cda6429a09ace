package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the last few records of a partition, and further back if these are markers only. Opens a consumer for each question, of which there are few. Thread-safe. */
public final class KafkaLogTail implements LogTail {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long FIRST_WINDOW = 16;
    private static final int WIDER = 8;

    private final Map<String, Object> settings;
    private final String topic;

    /**
     * @param client what every Kafka client of this process is given
     */
    public KafkaLogTail(Map<String, Object> client, String topic) {
        this.settings = new HashMap<>(client);
        this.topic = requireNonNull(topic, "topic is null");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    }

    @Override
    public long lastRecord(int partition) {
        long deadline = Deadline.after(WITHIN);
        TopicPartition asked = new TopicPartition(topic, partition);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(Set.of(asked));
            long end = offset(consumer.endOffsets(Set.of(asked), WITHIN), asked);
            long begin = offset(consumer.beginningOffsets(Set.of(asked), WITHIN), asked);
            for (long window = FIRST_WINDOW; ; window *= WIDER) {
                long from = Math.max(begin, end - window);
                consumer.seek(asked, from);
                long last = lastRecord(consumer, asked, end, deadline);
                if (last >= 0 || from == begin) {
                    return last;
                }
            }
        }
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        Long offset = offsets.get(partition);
        if (offset == null) {
            throw new TimeoutException("Kafka did not tell an offset of " + partition);
        }
        return offset;
    }

    private static long lastRecord(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end, long deadline) {
        long last = -1;
        while (consumer.position(partition) < end) {
            if (Deadline.isOver(deadline)) {
                throw new TimeoutException("the end of " + partition + " was not read within " + WITHIN);
            }
            List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < end) {
                    last = record.offset();
                }
            }
        }
        return last;
    }
}
