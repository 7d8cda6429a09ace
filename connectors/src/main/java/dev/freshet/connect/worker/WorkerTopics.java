package dev.freshet.connect.worker;

import dev.freshet.connect.source.ConnectTopics;
import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Sees to the topics before connectors start: the rows topic must be there, which Freshet creates, and those of the connectors are created here, with explicit
 * settings. Connect creates the three of its own.
 */
final class WorkerTopics {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    /** 14 days: whoever was away so long asks again for a snapshot. */
    private static final String SIGNALS_RETENTION_MS = "1209600000";

    private final Admin admin;
    private final ConnectTopics topics;
    private final Optional<Short> replicationFactor;
    private final WorkerOutput output;

    WorkerTopics(Admin admin, WorkerSettings settings, WorkerOutput output) {
        this.admin = admin;
        this.topics = settings.topics();
        this.replicationFactor =
                settings.replicationFactor() < 0 ? Optional.empty() : Optional.of(settings.replicationFactor());
        this.output = output;
    }

    /**
     * Waits for the rows topic and creates what is missing of the others.
     *
     * @throws FreshetException with {@code KAFKA_UNAVAILABLE} if the brokers do not answer, or the rows topic is not there in time
     */
    void prepare(List<ConnectorConfig> connectors, Duration patience) throws InterruptedException {
        awaitRows(patience);
        List<NewTopic> wanted = new ArrayList<>();
        wanted.add(topic(
                topics.signals(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        SIGNALS_RETENTION_MS)));
        wanted.add(topic(
                topics.heartbeats(), Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
        for (ConnectorConfig connector : connectors) {
            connector
                    .schemaHistoryTopic()
                    .ifPresent(name -> wanted.add(topic(
                            name,
                            Map.of(
                                    TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                                    TopicConfig.RETENTION_MS_CONFIG, "-1",
                                    TopicConfig.RETENTION_BYTES_CONFIG, "-1"))));
        }
        create(wanted);
    }

    private void awaitRows(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (!names().contains(topics.rows())) {
            if (System.nanoTime() > deadline) {
                throw new FreshetException(
                        ErrorCode.KAFKA_UNAVAILABLE,
                        "There is no topic " + topics.rows()
                                + ", which Freshet creates when it starts. Start ./freshet up or"
                                + " ./freshet serve first, or set topic.prefix to that of its topics.");
            }
            if (!told) {
                output.say("Waiting for the topic " + topics.rows() + ", which Freshet creates …");
                told = true;
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private Set<String> names() throws InterruptedException {
        try {
            return admin.listTopics().names().get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable("The Kafka brokers do not answer", e);
        }
    }

    private NewTopic topic(String name, Map<String, String> settings) {
        return new NewTopic(name, Optional.of(1), replicationFactor).configs(settings);
    }

    private void create(List<NewTopic> wanted) throws InterruptedException {
        Set<String> present = names();
        List<NewTopic> missing =
                wanted.stream().filter(topic -> !present.contains(topic.name())).toList();
        for (NewTopic topic : missing) {
            try {
                admin.createTopics(List.of(topic)).all().get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // Another worker of the group was quicker.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw unavailable("The topic " + topic.name() + " cannot be created", e);
                }
            } catch (TimeoutException e) {
                throw unavailable("The topic " + topic.name() + " cannot be created", e);
            }
        }
    }

    private static FreshetException unavailable(String what, Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String why = cause.getMessage() == null ? "no answer in time" : cause.getMessage();
        return new FreshetException(
                ErrorCode.KAFKA_UNAVAILABLE,
                what + ": " + why + ". Check --bootstrap-servers, and that the brokers are up.",
                e);
    }
}
