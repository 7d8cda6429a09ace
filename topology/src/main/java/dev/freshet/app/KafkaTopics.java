package dev.freshet.app;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates Freshet's topics with explicit settings where they are missing, and checks those that are there. */
final class KafkaTopics {
    private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(15);

    private final TopicNames names;
    private final int partitions;
    private final short replication;

    KafkaTopics(FreshetConfig config) {
        this.names = config.topics();
        this.partitions = config.getInt(FreshetConfig.PARTITIONS);
        this.replication = config.getShort(FreshetConfig.REPLICATION);
    }

    /** The rows topic as it is: its id and its number of partitions. */
    record RowsTopic(String id, int partitions) {}

    /** Creates what is missing and returns the rows topic. Blocks for some seconds at most. */
    RowsTopic ensure(Map<String, Object> client) {
        try (Admin admin = Admin.create(client)) {
            create(admin, missing(admin));
            Map<String, TopicDescription> topics = describe(admin);
            return check(topics);
        } catch (ExecutionException e) {
            throw new FreshetException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "the topics " + names.prefix() + ".* could not be created or read at "
                            + client.get("bootstrap.servers") + ": "
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, "interrupted while topics were created", e);
        }
    }

    List<NewTopic> wanted() {
        String day = String.valueOf(Duration.ofDays(1).toMillis());
        String twoWeeks = String.valueOf(Duration.ofDays(14).toMillis());
        String large = String.valueOf(FreshetConfig.MAX_RECORD_BYTES);
        return List.of(
                topic(names.rows(), partitions, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, large)),
                topic(
                        names.vectors(),
                        partitions,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                                twoWeeks,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                large)),
                topic(names.catalogCommands(), 1, Map.of(TopicConfig.RETENTION_MS_CONFIG, day)),
                topic(names.catalogReplies(), 1, Map.of(TopicConfig.RETENTION_MS_CONFIG, day)),
                topic(
                        names.catalog(),
                        1,
                        Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
                topic(
                        names.jobProgress(),
                        1,
                        Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
                topic(
                        names.deadLetters(),
                        partitions,
                        Map.of(
                                TopicConfig.RETENTION_MS_CONFIG,
                                twoWeeks,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                large)));
    }

    private NewTopic topic(String name, int partitionCount, Map<String, String> settings) {
        Map<String, String> config = new HashMap<>(settings);
        config.putIfAbsent(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, String.valueOf(Math.max(1, replication - 1)));
        return new NewTopic(name, Optional.of(partitionCount), Optional.of(replication)).configs(config);
    }

    private List<NewTopic> missing(Admin admin) throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        return wanted().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
    }

    private static void create(Admin admin, List<NewTopic> topics) throws ExecutionException, InterruptedException {
        if (topics.isEmpty()) {
            return;
        }
        log.info("Creating topics {}", topics.stream().map(NewTopic::name).toList());
        for (var created : admin.createTopics(topics).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /** Describes all topics; new ones may take a moment to be seen. */
    private Map<String, TopicDescription> describe(Admin admin) throws ExecutionException, InterruptedException {
        List<String> all = new ArrayList<>(wanted().stream().map(NewTopic::name).toList());
        long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
        while (true) {
            try {
                return admin.describeTopics(all).allTopicNames().get();
            } catch (ExecutionException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    private RowsTopic check(Map<String, TopicDescription> topics) {
        TopicDescription rows = topics.get(names.rows());
        TopicDescription vectors = topics.get(names.vectors());
        if (rows == null || vectors == null) {
            throw new IllegalStateException("topics were described without " + names.rows() + " or " + names.vectors());
        }
        if (rows.partitions().size() != vectors.partitions().size()) {
            throw new FreshetException(
                    ErrorCode.PARTITIONS_CHANGED,
                    names.rows() + " has " + rows.partitions().size() + " partitions and " + names.vectors() + " has "
                            + vectors.partitions().size()
                            + ": they must have the same number. Start with a new topic.prefix and feed the rows to it again");
        }
        Uuid id = rows.topicId();
        return new RowsTopic(id.toString(), rows.partitions().size());
    }
}
