package dev.freshet.refresh;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the dead-letters topic, from its beginning and then as it grows, into a {@link LetterBook}, with one consumer on one thread. Trouble with the broker is
 * logged and tried again until {@link #close}; meanwhile the book stays as it is.
 */
final class DeadLetterReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long EXPIRE_EVERY_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int FETCH_BYTES_MAX = 8 * 1024 * 1024;

    private final Map<String, Object> consumerConfig;
    private final String topic;
    private final String rowsTopic;
    private final LetterBook book;
    private final Runnable afterReading;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean caughtUp;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param clientConfig bootstrap servers and security settings
     * @param afterReading called on the reader's thread when the book has changed
     */
    DeadLetterReader(
            Map<String, Object> clientConfig, String topic, String rowsTopic, LetterBook book, Runnable afterReading) {
        this.consumerConfig = consumerConfig(clientConfig);
        this.topic = topic;
        this.rowsTopic = rowsTopic;
        this.book = book;
        this.afterReading = afterReading;
        this.thread = new Thread(this::run, "freshet-dead-letter-reader");
        this.thread.setDaemon(true);
    }

    /** How the topic is read: from its beginning, in whatever order, committed records only. */
    static Map<String, Object> consumerConfig(Map<String, Object> clientConfig) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        return Map.copyOf(config);
    }

    void start() {
        thread.start();
    }

    /** Whether the topic has been read once to the end that it had then. */
    boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> running = consumer;
        if (running != null) {
            running.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> fresh =
                    new KafkaConsumer<>(consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = fresh;
                if (!closed) {
                    read(fresh, positions);
                }
            } catch (WakeupException | InterruptException e) {
                log.debug("Woken up", e);
            } catch (RuntimeException e) {
                log.warn(
                        "The dead letters cannot be read for now, trying again in {} s: {}",
                        RETRY.toSeconds(),
                        e.toString());
                pause();
            } finally {
                consumer = null;
            }
        }
    }

    /** Goes on where the last consumer stopped. */
    private void read(KafkaConsumer<byte[], byte[]> fresh, Map<TopicPartition, Long> positions) {
        List<TopicPartition> partitions = fresh.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        fresh.assign(partitions);
        for (TopicPartition partition : partitions) {
            if (positions.containsKey(partition)) {
                fresh.seek(partition, positions.get(partition));
            } else {
                fresh.seekToBeginning(List.of(partition));
            }
        }
        Map<TopicPartition, Long> ends = fresh.endOffsets(partitions);
        long expired = System.nanoTime();
        while (!closed) {
            boolean any = false;
            for (ConsumerRecord<byte[], byte[]> record : fresh.poll(POLL)) {
                LetterEntry.of(record, rowsTopic)
                        .ifPresentOrElse(
                                book::apply,
                                () -> log.debug(
                                        "Passing over {}-{}@{}, which is no dead letter of Freshet",
                                        topic,
                                        record.partition(),
                                        record.offset()));
                positions.put(new TopicPartition(topic, record.partition()), record.offset() + 1);
                any = true;
            }
            if (!caughtUp && ends.entrySet().stream().allMatch(end -> fresh.position(end.getKey()) >= end.getValue())) {
                caughtUp = true;
                any = true;
            }
            if (System.nanoTime() - expired > EXPIRE_EVERY_NS) {
                expired = System.nanoTime();
                Map<Integer, Long> beginnings = new HashMap<>();
                fresh.beginningOffsets(partitions)
                        .forEach((partition, offset) -> beginnings.put(partition.partition(), offset));
                book.expire(beginnings);
                any = true;
            }
            if (any && caughtUp) {
                afterReading.run();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
