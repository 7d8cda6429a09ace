package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the catalog topic, the replies and the progress of jobs with one consumer on one thread, and shows the catalog to everybody.
 *
 * <ul>
 *   <li>All public methods may be called from any thread; listeners run on the reader's thread.
 *   <li>A change of several records is shown as a whole, or not yet.
 *   <li>Trouble with the broker or the registry is logged and tried again until {@link #close}; meanwhile the last catalog stands.
 * </ul>
 */
public final class CatalogReader implements CatalogView, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CatalogReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Map<String, Object> consumerConfig;
    private final TopicPartition catalogTopic;
    private final TopicPartition replyTopic;
    private final TopicPartition progressTopic;
    private final Deserializer<CatalogRecord> records;
    private final Deserializer<CatalogReply> replies;
    private final Deserializer<ProgressEntry> reports;
    private final JobBoard board;
    private final List<Consumer<Catalog>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, CompletableFuture<CatalogReply>> awaitedReplies = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Catalog>> catchUps = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final Thread thread;
    private final Object versionLock = new Object();
    private final CatalogBuilder builder = new CatalogBuilder();

    /** Whether a change was read and not shown yet. For the reader's thread. */
    private boolean changed;

    private volatile Catalog current = Catalog.empty();
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

    /**
     * @param clientConfig bootstrap servers and security settings
     * @param clock tells how long ago jobs reported
     */
    public CatalogReader(
            Map<String, Object> clientConfig,
            TopicNames topics,
            Deserializer<CatalogRecord> records,
            Deserializer<CatalogReply> replies,
            Deserializer<ProgressEntry> reports,
            Clock clock) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.consumerConfig = Map.copyOf(config);
        this.catalogTopic = new TopicPartition(topics.catalog(), 0);
        this.replyTopic = new TopicPartition(topics.catalogReplies(), 0);
        this.progressTopic = new TopicPartition(topics.jobProgress(), 0);
        this.records = requireNonNull(records, "records is null");
        this.replies = requireNonNull(replies, "replies is null");
        this.reports = requireNonNull(reports, "reports is null");
        this.board = new JobBoard(clock);
        this.thread = new Thread(this::run, "freshet-catalog-reader");
        this.thread.setDaemon(true);
    }

    /** Starts reading, and returns when the catalog has been read to its present end. */
    public void start(Duration timeout) {
        thread.start();
        try {
            started.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new FreshetException(
                    ErrorCode.CATALOG_UNAVAILABLE,
                    "the topic " + catalogTopic.topic() + " could not be read within " + timeout.toSeconds()
                            + " s: check that Kafka and the schema registry answer",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.CATALOG_UNAVAILABLE, "interrupted while the catalog was read", e);
        } catch (ExecutionException e) {
            throw new FreshetException(
                    ErrorCode.CATALOG_UNAVAILABLE, "the catalog could not be read: " + e.getCause(), e);
        }
    }

    @Override
    public Catalog current() {
        return current;
    }

    @Override
    public Catalog catchUp(Duration timeout) {
        CompletableFuture<Catalog> caughtUp = new CompletableFuture<>();
        catchUps.removeIf(CompletableFuture::isDone);
        catchUps.add(caughtUp);
        wakeup();
        try {
            return caughtUp.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            caughtUp.cancel(false);
            log.warn(
                    "The catalog could not be brought up to date within {} ms; going on with version {}",
                    timeout.toMillis(),
                    current.version());
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return current;
        }
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {
        listeners.add(listener);
    }

    /** Waits until a catalog of at least this version was read; returns whether it was. */
    boolean awaitVersion(long version, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (versionLock) {
            while (current.version() < version) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(versionLock, left);
            }
        }
        return true;
    }

    /** The reply to a command that is about to be sent. {@link #forgetReply} ends the wait. */
    CompletableFuture<CatalogReply> awaitReply(String commandId) {
        return awaitedReplies.computeIfAbsent(commandId, id -> new CompletableFuture<>());
    }

    void forgetReply(String commandId) {
        awaitedReplies.remove(commandId);
    }

    /** What the partitions have reported of jobs that run. */
    JobBoard board() {
        return board;
    }

    @Override
    public void close() {
        closed = true;
        wakeup();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wakeup() {
        KafkaConsumer<String, byte[]> running = consumer;
        if (running != null) {
            running.wakeup();
        }
    }

    private void run() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        while (!closed) {
            try (KafkaConsumer<String, byte[]> fresh =
                    new KafkaConsumer<>(consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = fresh;
                assign(fresh, positions);
                read(fresh, positions);
            } catch (WakeupException | InterruptException e) {
                log.debug("Woken up while starting", e);
            } catch (RuntimeException e) {
                log.warn(
                        "The catalog cannot be read for now, trying again in {} s: {}",
                        RETRY.toSeconds(),
                        e.toString());
                pause();
            } finally {
                consumer = null;
            }
        }
    }

    /** Goes on where the last consumer stopped; a first one reads the whole catalog and all progress, and the replies from now on. */
    private void assign(KafkaConsumer<String, byte[]> fresh, Map<TopicPartition, Long> positions) {
        fresh.assign(List.of(catalogTopic, replyTopic, progressTopic));
        for (TopicPartition whole : List.of(catalogTopic, progressTopic)) {
            if (positions.containsKey(whole)) {
                fresh.seek(whole, positions.get(whole));
            } else {
                fresh.seekToBeginning(List.of(whole));
            }
        }
        if (positions.containsKey(replyTopic)) {
            fresh.seek(replyTopic, positions.get(replyTopic));
        } else {
            fresh.seekToEnd(List.of(replyTopic));
            positions.put(replyTopic, fresh.position(replyTopic));
        }
    }

    private void read(KafkaConsumer<String, byte[]> fresh, Map<TopicPartition, Long> positions) {
        boolean first = !started.isDone();
        long startedAt = first ? end(fresh) : 0;
        while (!closed) {
            List<CompletableFuture<Catalog>> waiting = new ArrayList<>();
            try {
                if (first && fresh.position(catalogTopic) >= startedAt) {
                    first = false;
                    publish();
                    started.complete(null);
                }
                for (CompletableFuture<Catalog> next = catchUps.poll(); next != null; next = catchUps.poll()) {
                    waiting.add(next);
                }
                if (!waiting.isEmpty()) {
                    long end = end(fresh);
                    while (fresh.position(catalogTopic) < end && !closed) {
                        take(fresh, positions, POLL);
                    }
                    waiting.forEach(future -> future.complete(current));
                    waiting.clear();
                }
                take(fresh, positions, POLL);
            } catch (WakeupException e) {
                catchUps.addAll(waiting);
            }
        }
    }

    private long end(KafkaConsumer<String, byte[]> fresh) {
        return requireNonNull(fresh.endOffsets(Set.of(catalogTopic)).get(catalogTopic), "no end offset");
    }

    private void take(KafkaConsumer<String, byte[]> fresh, Map<TopicPartition, Long> positions, Duration timeout) {
        for (ConsumerRecord<String, byte[]> entry : fresh.poll(timeout)) {
            TopicPartition partition = new TopicPartition(entry.topic(), entry.partition());
            if (partition.equals(catalogTopic) && entry.key() != null) {
                byte[] value = entry.value();
                changed |= builder.apply(entry.key(), value == null ? null : records.deserialize(entry.topic(), value));
            } else if (partition.equals(replyTopic)) {
                CompletableFuture<CatalogReply> awaited = entry.key() == null ? null : awaitedReplies.get(entry.key());
                if (awaited != null && entry.value() != null) {
                    awaited.complete(replies.deserialize(entry.topic(), entry.value()));
                }
            } else if (partition.equals(progressTopic) && entry.value() != null) {
                board.put(JobEntries.progress(reports.deserialize(entry.topic(), entry.value())));
            }
            positions.put(partition, entry.offset() + 1);
        }
        if (changed && started.isDone()) {
            publish();
        }
    }

    private void publish() {
        Catalog next = builder.build();
        changed = false;
        board.forgetEnded(next);
        synchronized (versionLock) {
            current = next;
            versionLock.notifyAll();
        }
        for (Consumer<Catalog> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                log.error("A listener failed on catalog version {}", next.version(), e);
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
