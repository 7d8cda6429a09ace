package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka every second how far the refresh application has read the rows topic. What it says is up to a second late, and at most a second too
 * small. The group's own position is compared with the end, and not the last change, because a transaction's markers take up offsets too. Thread-safe.
 */
public final class KafkaUnreadRows implements UnreadRows, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaUnreadRows.class);
    private static final long EVERY_MS = 1_000;
    private static final long SILENT_MS = 15_000;

    private final Admin admin;
    private final String group;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    private final Clock clock;
    private final Map<Integer, Backlog> backlogs = new ConcurrentHashMap<>();
    private final ScheduledExecutorService asking;
    private volatile long lastLook;

    /** What was unread at a moment: everything below an offset. */
    private record Backlog(long end, long sinceMs) {}

    /**
     * @param group the consumer group of the refresh application
     */
    public KafkaUnreadRows(Map<String, Object> client, String topic, int partitions, String group, Clock clock) {
        this.admin = Admin.create(client);
        this.group = requireNonNull(group, "group is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.lastLook = clock.millis();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        this.asking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "freshet-unread-rows");
            thread.setDaemon(true);
            return thread;
        });
        asking.scheduleWithFixedDelay(this::ask, 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public OptionalLong sinceMs(int partition) {
        long looked = lastLook;
        if (clock.millis() - looked > SILENT_MS) {
            return OptionalLong.of(looked); // Kafka does not say: nobody can tell that nothing has come since.
        }
        Backlog backlog = backlogs.get(partition);
        return backlog == null ? OptionalLong.empty() : OptionalLong.of(backlog.sinceMs());
    }

    /** Takes one look: {@code read} is the group's position, {@code end} where the partition ends. */
    static Optional<Long> since(Optional<Long> unreadEnd, long since, long read, long end, long now) {
        if (unreadEnd.isPresent() && read < unreadEnd.get()) {
            return Optional.of(since);
        }
        return read < end ? Optional.of(now) : Optional.empty();
    }

    @Override
    public void close() {
        asking.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }

    private void ask() {
        try {
            Map<TopicPartition, ListOffsetsResultInfo> end =
                    admin.listOffsets(ends).all().get(10, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS);
            end.forEach((partition, info) -> {
                OffsetAndMetadata position = read.get(partition);
                look(partition.partition(), position == null ? 0 : position.offset(), info.offset());
            });
            lastLook = clock.millis();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            log.debug("Kafka did not say how far {} has read", group, e);
        }
    }

    private void look(int partition, long read, long end) {
        Optional<Backlog> before = Optional.ofNullable(backlogs.get(partition));
        Optional<Long> since =
                since(before.map(Backlog::end), before.map(Backlog::sinceMs).orElse(0L), read, end, clock.millis());
        if (since.isEmpty()) {
            backlogs.remove(partition);
        } else if (before.isEmpty() || since.get() != before.get().sinceMs()) {
            backlogs.put(partition, new Backlog(end, since.get()));
        }
    }
}
