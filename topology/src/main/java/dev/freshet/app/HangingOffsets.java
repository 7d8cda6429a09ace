package dev.freshet.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees committed offsets that are held by a transaction that is over.
 *
 * <p>A broker that is killed while it commits a transaction may leave out the marker behind its offsets and, when it is back, write down that the transaction is complete (seen with Kafka 4.3.1, in the logs
 * of a broker that was killed one millisecond after the commit). The offsets then count as pending for ever, Kafka Streams asks for them without end, and the application does not run again until somebody
 * ends that transaction in that partition: what {@code kafka-transactions.sh find-hanging} and {@code abort} are for.
 *
 * <p>While an application has not been running for some time, this looks at the partitions of offsets. A transaction is aborted there if its transactional id is that application's, its coordinator says that the
 * producer has none going on, and the same one was open there at a look before: one that is alive cannot be open for that long while its coordinator says so. What the application had read since its offsets before
 * is read again: rows are refused as older than what is stored; commands of the last few milliseconds are decided again, of which one that creates or drops may now be answered otherwise, and nobody waits for that answer any more.
 *
 * <p>One thread of its own; the methods may be called from any.
 */
final class HangingOffsets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HangingOffsets.class);
    private static final long LOOK_EVERY_MS = 10_000;
    private static final int PATIENT_LOOKS = 2;
    private static final long ANSWER_WITHIN_MS = 30_000;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
    /** What Kafka Streams puts behind the application id: the process, and the number of its thread. */
    private static final String PROCESS_AND_THREAD = "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\\d+";

    private static final Set<TransactionState> OVER =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT);

    private final Map<String, Object> client;
    private final Counter freed;
    private final List<Watched> applications = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looker;

    HangingOffsets(Map<String, Object> client, MeterRegistry metrics, ThreadFactory threads) {
        this.client = Map.copyOf(client);
        this.freed = Counter.builder("freshet.hanging.transactions.aborted")
                .description("Transactions that were over and still held offsets that an application waited for")
                .register(metrics);
        this.looker = Executors.newSingleThreadScheduledExecutor(threads);
        looker.scheduleWithFixedDelay(this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Watches an application from now on.
     *
     * @param id its application id, which is its group's too
     */
    void watch(String id, BooleanSupplier running) {
        applications.add(new Watched(id, running));
    }

    private void look() {
        for (Watched application : applications) {
            try {
                application.look();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException | RuntimeException e) {
                application.complain(e);
            }
        }
    }

    @Override
    public void close() {
        looker.shutdownNow();
    }

    /** A transaction that is open in a partition. */
    private record Open(TopicPartition partition, ProducerState producer, long start) {
        boolean isSame(Open other) {
            return partition.equals(other.partition)
                    && producer.producerId() == other.producer.producerId()
                    && producer.producerEpoch() == other.producer.producerEpoch()
                    && start == other.start;
        }
    }

    private final class Watched {
        private final String id;
        private final BooleanSupplier running;
        private final Predicate<String> transactional;
        private int idleLooks;
        private boolean complained;
        private List<Open> before = List.of();

        Watched(String id, BooleanSupplier running) {
            this.id = id;
            this.running = running;
            this.transactional =
                    Pattern.compile(Pattern.quote(id) + PROCESS_AND_THREAD).asMatchPredicate();
        }

        void look() throws ExecutionException, InterruptedException, TimeoutException {
            if (running.getAsBoolean()) {
                idleLooks = 0;
                complained = false;
                before = List.of();
            } else if (++idleLooks >= PATIENT_LOOKS) {
                Admin admin = Admin.create(client);
                try {
                    free(admin);
                } finally {
                    admin.close(CLOSE_WITHIN);
                }
            }
        }

        private void free(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
            List<Open> found = hanging(admin);
            List<Open> left = new ArrayList<>();
            for (Open open : found) {
                if (before.stream().noneMatch(open::isSame)) {
                    left.add(open);
                    continue;
                }
                try {
                    abort(admin, open);
                } catch (ExecutionException | TimeoutException e) {
                    left.add(open);
                    complain(e);
                }
            }
            before = left;
        }

        /** Those that are open first, and what their coordinators say afterwards: the other way round, one could begin in between. */
        private List<Open> hanging(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
            List<Open> open = open(admin);
            if (open.isEmpty()) {
                return open;
            }
            List<TransactionListing> own = within(admin.listTransactions().all()).stream()
                    .filter(transaction -> transactional.test(transaction.transactionalId()))
                    .toList();
            Set<Long> over = producers(own, transaction -> OVER.contains(transaction.state()));
            // Brokers may tell different things while partitions move.
            over.removeAll(producers(own, transaction -> !OVER.contains(transaction.state())));
            return open.stream()
                    .filter(transaction -> over.contains(transaction.producer().producerId()))
                    .toList();
        }

        private Set<Long> producers(List<TransactionListing> transactions, Predicate<TransactionListing> which) {
            return transactions.stream()
                    .filter(which)
                    .map(TransactionListing::producerId)
                    .collect(Collectors.toCollection(HashSet::new));
        }

        private List<Open> open(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
            TopicDescription offsets = within(admin.describeTopics(List.of(Topic.GROUP_METADATA_TOPIC_NAME))
                            .allTopicNames())
                    .values()
                    .iterator()
                    .next();
            // As brokers choose a group's partition.
            int partition = Utils.abs(id.hashCode()) % offsets.partitions().size();
            TopicPartition group = new TopicPartition(Topic.GROUP_METADATA_TOPIC_NAME, partition);
            List<Open> open = new ArrayList<>();
            within(admin.describeProducers(List.of(group)).partitionResult(group))
                    .activeProducers()
                    .forEach(producer -> producer.currentTransactionStartOffset()
                            .ifPresent(start -> open.add(new Open(group, producer, start))));
            return open;
        }

        private void abort(Admin admin, Open open) throws ExecutionException, InterruptedException, TimeoutException {
            ProducerState producer = open.producer();
            within(admin.abortTransaction(new AbortTransactionSpec(
                            open.partition(),
                            producer.producerId(),
                            (short) producer.producerEpoch(),
                            producer.coordinatorEpoch().orElse(0)))
                    .all());
            freed.increment();
            log.warn(
                    "{} waited for offsets that producer {} of it had in a transaction since offset {} of {}, though the transaction's coordinator says that it is over: a broker"
                            + " was killed while it ended it. It is aborted there, and what came after the offsets before is read again",
                    id,
                    producer.producerId(),
                    open.start(),
                    open.partition());
        }

        /** Once for each time that the application waits: the next looks fail too. */
        void complain(Exception failure) {
            if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
                // No group has committed anything yet.
                return;
            }
            if (!complained) {
                complained = true;
                log.warn(
                        "{} does not run, and it cannot be told whether it waits for offsets of a transaction that is over. If it goes on like this, ask the brokers for them"
                                + " (kafka-transactions.sh find-hanging): {}",
                        id,
                        String.valueOf(failure.getCause() == null ? failure : failure.getCause()));
            }
        }
    }

    private static <T> T within(KafkaFuture<T> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
    }
}
