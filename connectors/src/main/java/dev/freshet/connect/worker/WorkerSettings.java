package dev.freshet.connect.worker;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.connect.source.ConnectTopics;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of a worker: a few of ours, everything under {@code kafka.} for all Kafka clients, and any other goes to Kafka Connect as it is and wins over what
 * is set here.
 */
final class WorkerSettings extends AbstractConfig {
    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    static final String PREFIX = "topic.prefix";
    static final String REPLICATION = "topic.replication.factor";
    static final String REST_PORT = "rest.port";
    static final String PLUGIN_PATH = "plugin.path";

    private static final String KAFKA_PREFIX = "kafka.";
    private static final String PROVIDERS = "config.providers";

    /** Largest record, as the rows topic takes it. */
    private static final String RECORD_BYTES_MAX = String.valueOf(16 * 1024 * 1024);

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    BOOTSTRAP_SERVERS,
                    ConfigDef.Type.STRING,
                    "127.0.0.1:19092",
                    new ConfigDef.NonEmptyString(),
                    HIGH,
                    "Kafka brokers, host:port, separated by commas; those of ./freshet up by default.")
            .define(
                    PREFIX,
                    ConfigDef.Type.STRING,
                    "freshet",
                    HIGH,
                    "Prefix of Freshet's topics: the same as topic.prefix of its processes.")
            .define(
                    REPLICATION,
                    ConfigDef.Type.SHORT,
                    (short) -1,
                    Range.between(-1, 15),
                    MEDIUM,
                    "Replication factor of topics that are created; -1: the brokers' default.")
            .define(
                    REST_PORT,
                    ConfigDef.Type.INT,
                    8083,
                    Range.between(0, 65_535),
                    MEDIUM,
                    "Port of Kafka Connect's REST API on 127.0.0.1; 0: any.")
            .define(
                    PLUGIN_PATH,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    LOW,
                    "Directories of plug-ins, separated by commas.");

    private final ConnectTopics topics;

    /** @throws ConfigException that names the setting */
    WorkerSettings(Map<String, String> settings) {
        super(DEFINITION, settings, false);
        try {
            this.topics = ConnectTopics.of(getString(PREFIX));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(PREFIX + ": " + e.getMessage());
        }
    }

    String bootstrapServers() {
        return getString(BOOTSTRAP_SERVERS);
    }

    ConnectTopics topics() {
        return topics;
    }

    /** -1: the brokers' default. */
    short replicationFactor() {
        return getShort(REPLICATION);
    }

    /** 0: any. */
    int restPort() {
        return getInt(REST_PORT);
    }

    /**
     * The settings of a Kafka client of our own. References, which Connect resolves by itself, are resolved here as Connect does it.
     *
     * @throws ConfigException if what one refers to cannot be read
     */
    Map<String, Object> client() {
        Map<String, String> client = kafka();
        client.put(BOOTSTRAP_SERVERS, bootstrapServers());
        return new AbstractConfig(new ConfigDef(), client, providers(), false).originals();
    }

    /** The settings of Kafka Connect's worker, with its REST API at {@link #restPort} of 127.0.0.1. */
    Map<String, String> connect() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(BOOTSTRAP_SERVERS, bootstrapServers());
        settings.put("group.id", topics.prefix() + "-connect");
        String replication = String.valueOf(replicationFactor());
        settings.put("config.storage.topic", topics.configs());
        settings.put("config.storage.replication.factor", replication);
        settings.put("offset.storage.topic", topics.offsets());
        settings.put("offset.storage.replication.factor", replication);
        settings.put("offset.storage.partitions", "5");
        settings.put("status.storage.topic", topics.status());
        settings.put("status.storage.replication.factor", replication);
        settings.put("status.storage.partitions", "1");
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("listeners", "http://127.0.0.1:" + restPort());
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put(PLUGIN_PATH, getString(PLUGIN_PATH));
        // All plug-ins here say by themselves what they hold; looking into every class would take seconds.
        settings.put("plugin.discovery", "service_load");
        settings.putAll(providers());
        // Nothing is created that was not asked for by name.
        settings.put("topic.creation.enable", "false");
        // How much is sent again after a kill, and for how long after a snapshot a killed source would take another.
        settings.put("offset.flush.interval.ms", "1000");
        // A worker that comes back after a kill takes its sources as soon as its predecessor is known to be gone, and
        // not five minutes later.
        settings.put("session.timeout.ms", "6000");
        settings.put("heartbeat.interval.ms", "2000");
        settings.put("scheduled.rebalance.max.delay.ms", "0");
        settings.put("task.shutdown.graceful.timeout.ms", "10000");
        settings.put("producer.max.request.size", RECORD_BYTES_MAX);
        kafka().forEach((name, value) -> {
            for (String client : new String[] {"", "producer.", "consumer.", "admin."}) {
                settings.put(client + name, value);
            }
        });
        originalsStrings().forEach((name, value) -> {
            if (!DEFINITION.names().contains(name) && !name.startsWith(KAFKA_PREFIX)) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    /** Who resolves references: ours, or those that the worker is given. */
    private Map<String, String> providers() {
        String classes = "org.apache.kafka.common.config.provider.";
        Map<String, String> providers = new TreeMap<>();
        providers.put(PROVIDERS, "env,file,directory");
        providers.put("config.providers.env.class", classes + "EnvVarConfigProvider");
        providers.put("config.providers.file.class", classes + "FileConfigProvider");
        providers.put("config.providers.directory.class", classes + "DirectoryConfigProvider");
        originalsStrings().forEach((name, value) -> {
            if (name.equals(PROVIDERS) || name.startsWith(PROVIDERS + ".")) {
                providers.put(name, value);
            }
        });
        return providers;
    }

    private Map<String, String> kafka() {
        Map<String, String> kafka = new TreeMap<>();
        originalsStrings().forEach((name, value) -> {
            if (name.startsWith(KAFKA_PREFIX) && name.length() > KAFKA_PREFIX.length()) {
                kafka.put(name.substring(KAFKA_PREFIX.length()), value);
            }
        });
        return kafka;
    }
}
