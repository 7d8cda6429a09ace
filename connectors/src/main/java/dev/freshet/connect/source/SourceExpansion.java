package dev.freshet.connect.source;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.source.SourceConfig.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the whole configuration of a connector of a small source file: what all databases need stands here, the rest in {@link PostgresSettings} and {@link
 * BinlogSettings}.
 *
 * @param topics of this Freshet
 * @param bootstrapServers that a connector's own Kafka clients use, for signals and the history of tables
 */
public record SourceExpansion(ConnectTopics topics, String bootstrapServers) {
    /** Largest record that is sent to the rows topic, in bytes: as large as Freshet lets rows be. */
    private static final int RECORD_BYTES_MAX = 16 * 1024 * 1024;

    /** What may wait inside a connector: rows can be large. */
    private static final int QUEUE_BYTES_MAX = 64 * 1024 * 1024;

    /** Debezium's own names of heartbeat records begin with this. */
    private static final String HEARTBEAT_TOPICS = "__debezium-heartbeat\\..*";

    public SourceExpansion {
        requireNonNull(topics, "topics is null");
        requireNonNull(bootstrapServers, "bootstrapServers is null");
    }

    /** @throws org.apache.kafka.common.config.ConfigException that names the setting, without any secret */
    public ConnectorConfig expand(SourceConfig source) {
        Connection connection = source.connection();
        List<TableMapping> tables = source.tables();
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", source.name());
        settings.put("tasks.max", "1");
        settings.put("topic.prefix", source.name());
        putAddress(settings, connection);
        settings.put(
                "table.include.list", tables.stream().map(TableMapping::pattern).collect(Collectors.joining(",")));
        putDefaults(settings);
        putSignals(settings, source);
        putTransforms(settings, source, tables);
        putProducer(settings);
        switch (source.type()) {
            case POSTGRESQL -> new PostgresSettings(topics).put(settings, source, connection);
            case MYSQL, MARIADB -> new BinlogSettings(topics, bootstrapServers).put(settings, source, tables);
        }
        Optional<String> partial = partialSnapshots(source.overrides());
        if (partial.isEmpty()) {
            putNotifications(settings);
        }
        settings.putAll(source.overrides());
        return new ConnectorConfig(
                source.name(), source.type(), new TreeMap<>(settings), warnings(source, connection, partial));
    }

    private static void putAddress(Map<String, String> settings, Connection connection) {
        settings.put("database.hostname", connection.host());
        settings.put("database.port", String.valueOf(connection.port()));
        settings.put("database.user", connection.user());
        if (connection.password() != null) {
            settings.put("database.password", connection.password());
        }
    }

    private static void putDefaults(Map<String, String> settings) {
        settings.put("snapshot.mode", "initial");
        // Debezium leaves truncates out unless told.
        settings.put("skipped.operations", "none");
        settings.put("tombstones.on.delete", "false");
        // A value that cannot be converted would become null, and the row would be wrong without a word.
        settings.put("event.converting.failure.handling.mode", "fail");
        // The transformation tells columns of long text by the database's own types.
        settings.put("column.propagate.source.type", ".*");
        settings.put("heartbeat.interval.ms", "10000");
        // Debezium waits so long for a batch to fill: a change is late by it.
        settings.put("poll.interval.ms", "100");
        settings.put("max.queue.size.in.bytes", String.valueOf(QUEUE_BYTES_MAX));
        settings.put("errors.tolerance", "none");
    }

    /** Signals come by a topic of all sources, in which the source's name is the key; where there is a signal table, by that too. */
    private void putSignals(Map<String, String> settings, SourceConfig source) {
        settings.put("signal.enabled.channels", source.signalTable().isPresent() ? "source,kafka" : "kafka");
        settings.put("signal.kafka.topic", topics.signals());
        settings.put("signal.kafka.bootstrap.servers", bootstrapServers);
        settings.put("signal.kafka.groupId", topics.signals() + "-" + source.name());
    }

    /** By these the transformation knows that a snapshot has read all of a table. It lets none of them through. */
    private void putNotifications(Map<String, String> settings) {
        settings.put("notification.enabled.channels", "sink");
        settings.put("notification.sink.topic.name", topics.notifications());
    }

    /** The setting by which a snapshot may leave out rows that its table has: what it did not read then says nothing. */
    private static Optional<String> partialSnapshots(Map<String, String> overrides) {
        return overrides.entrySet().stream()
                .filter(setting -> setting.getKey().startsWith("snapshot.select.statement.overrides")
                        || setting.getKey().startsWith("snapshot.query.mode")
                        || (setting.getKey().equals("errors.tolerance")
                                && !setting.getValue().equals("none")))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    /** Rows become row changes, signs of life go to a topic of their own, and the rows of the signal table are nobody's. */
    private void putTransforms(Map<String, String> settings, SourceConfig source, List<TableMapping> tables) {
        List<String> transforms = new ArrayList<>(List.of("rows", "heartbeats"));
        List<String> predicates = new ArrayList<>(List.of("isHeartbeat"));
        source.signalTable().ifPresent(table -> {
            transforms.add(0, "signals");
            predicates.add("isSignal");
            settings.put("transforms.signals.type", "org.apache.kafka.connect.transforms.Filter");
            settings.put("transforms.signals.predicate", "isSignal");
            putTopicPredicate(settings, "isSignal", Pattern.quote(source.name() + "." + table));
        });
        settings.put("transforms", String.join(",", transforms));
        settings.put("predicates", String.join(",", predicates));
        putTopicPredicate(settings, "isHeartbeat", HEARTBEAT_TOPICS);
        settings.put("transforms.rows.type", "dev.freshet.connect.transform.RowChangeTransform");
        settings.put("transforms.rows.predicate", "isHeartbeat");
        settings.put("transforms.rows.negate", "true");
        settings.put("transforms.rows.rows.topic", topics.rows());
        settings.put(
                "transforms.rows.datasets",
                tables.stream().map(TableMapping::entry).collect(Collectors.joining(",")));
        putColumns(settings, source, tables, SourceConfig.TEXT_COLUMNS);
        putColumns(settings, source, tables, SourceConfig.COLUMN_POLICIES);
        settings.put("transforms.heartbeats.type", "dev.freshet.connect.transform.HeartbeatTransform");
        settings.put("transforms.heartbeats.predicate", "isHeartbeat");
        settings.put("transforms.heartbeats.topic", topics.heartbeats());
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    }

    private static void putTopicPredicate(Map<String, String> settings, String name, String pattern) {
        settings.put("predicates." + name + ".type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        settings.put("predicates." + name + ".pattern", pattern);
    }

    private static void putColumns(
            Map<String, String> settings, SourceConfig source, List<TableMapping> tables, String setting) {
        List<String> columns = source.columnsOf(setting, tables);
        if (!columns.isEmpty()) {
            settings.put("transforms.rows." + setting, String.join(",", columns));
        }
    }

    private static void putProducer(Map<String, String> settings) {
        settings.put("producer.override.acks", "all");
        settings.put("producer.override.enable.idempotence", "true");
        settings.put("producer.override.max.request.size", String.valueOf(RECORD_BYTES_MAX));
        settings.put("producer.override.compression.type", "lz4");
    }

    private static List<String> warnings(SourceConfig source, Connection connection, Optional<String> partial) {
        List<String> warnings = new ArrayList<>();
        if (connection.hasLiteralPassword()) {
            warnings.add("source '" + source.name()
                    + "' has its password in the file itself, and Connect keeps it in a topic as it is. Use"
                    + " password=${env:NAME}, ${file:…} or ${directory:…} instead");
        }
        partial.ifPresent(setting -> warnings.add("source '" + source.name() + "' has the setting debezium." + setting
                + ", by which a snapshot may leave rows out: should one have to be taken again, rows that were deleted"
                + " meanwhile stay in the index"));
        return List.copyOf(warnings);
    }
}
