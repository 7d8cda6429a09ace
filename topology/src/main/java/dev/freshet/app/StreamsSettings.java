package dev.freshet.app;

import dev.freshet.search.Node;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of the three stream applications. */
final class StreamsSettings {
    /** How long a transaction of the refresh application lasts while its tasks do not ask for a commit: so long as rows wait much longer for the model. */
    private static final int PRESSED_COMMIT_MS = 500;

    /**
     * What a transaction writes is read once it is committed, and a commit sends what lingers: waiting for more until then delays nothing and saves the broker
     * most of the requests.
     */
    private static final int TRANSACTION_LINGER_MS = PRESSED_COMMIT_MS;

    private static final int TRANSACTION_BATCH_BYTES = 128 * 1024;

    private final FreshetConfig config;
    private final Node self;

    /** @param self where the other members of the applications reach this process */
    StreamsSettings(FreshetConfig config, Node self) {
        this.config = config;
        this.self = self;
    }

    Properties catalog() {
        Properties properties = common("catalog");
        exactlyOnce(properties, 25);
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, SkipForeignCommands.class);
        return properties;
    }

    Properties refresh() {
        Properties properties = common("refresh");
        exactlyOnce(properties, Math.max(config.getInt(FreshetConfig.REFRESH_COMMIT_MS), PRESSED_COMMIT_MS));
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallWriteBuffers.class);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        // Punctuators run between polls, and a busy task wants them every 10 ms.
        properties.put(StreamsConfig.POLL_MS_CONFIG, 10);
        oneSource(properties);
        return properties;
    }

    Properties search() {
        Properties properties = common("search");
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.getInt(FreshetConfig.SEARCH_COMMIT_MS));
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        properties.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallWriteBuffers.class);
        oneSource(properties);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.getInt(FreshetConfig.SEARCH_STANDBYS));
        // A process that is further behind does not get a partition before it has caught up, and gets it soon then.
        properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 1_000L);
        properties.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
        return properties;
    }

    private Properties common(String application) {
        Properties properties = new Properties();
        properties.putAll(config.kafkaClient());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.getString(FreshetConfig.PREFIX) + "-" + application);
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self.toString());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.getShort(FreshetConfig.REPLICATION));
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.POLL_MS_CONFIG, 100);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                config.getInt(FreshetConfig.SESSION_TIMEOUT_MS));
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                Math.max(300, config.getInt(FreshetConfig.SESSION_TIMEOUT_MS) / 4));
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                FreshetConfig.MAX_RECORD_BYTES);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), FreshetConfig.MAX_RECORD_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), FreshetConfig.MAX_RECORD_BYTES);
        properties.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                Math.max(1, config.getShort(FreshetConfig.REPLICATION) - 1));
        String instance = config.getString(FreshetConfig.INSTANCE_ID);
        if (!instance.isEmpty()) {
            properties.putAll(Map.of(
                    StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                    instance + "-" + application));
        }
        return properties;
    }

    /**
     * A task that reads one partition has nothing to wait for in another. Left at its default, Streams looks all the same, and writes down in words why an empty task is
     * not ready: for each task, with every turn of its thread.
     */
    private static void oneSource(Properties properties) {
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    }

    /** Each transaction commits within the interval, which bounds what it adds to the time until a change is seen. */
    private static void exactlyOnce(Properties properties, int commitIntervalMs) {
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), TRANSACTION_LINGER_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), TRANSACTION_BATCH_BYTES);
    }
}
