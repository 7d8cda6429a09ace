package dev.freshet.connect.source;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.kafka.common.config.ConfigException;

/** What Debezium's connectors for MySQL and MariaDB need beside the rest. */
record BinlogSettings(ConnectTopics topics, String bootstrapServers) {
    static final String SCHEMA_HISTORY_TOPIC = "schema.history.internal.kafka.topic";

    /** Parameters of a URL that have a setting of Debezium's. */
    private static final Set<String> SSL_PARAMETERS = Set.of("ssl-mode", "sslMode");

    /** Servers are numbered with 32 bits, and people begin at 1. */
    private static final long SERVER_ID_MIN = 1_000_000;

    private static final long SERVER_IDS = 4_000_000_000L;

    void put(Map<String, String> settings, SourceConfig source, List<TableMapping> tables) {
        settings.put(
                "connector.class",
                source.type() == SourceType.MARIADB
                        ? "io.debezium.connector.mariadb.MariaDbConnector"
                        : "io.debezium.connector.mysql.MySqlConnector");
        settings.put("database.server.id", String.valueOf(serverId(source.name())));
        settings.put(
                "database.include.list",
                tables.stream()
                        .map(table -> TableMapping.quoted(table.schema()))
                        .distinct()
                        .collect(Collectors.joining(",")));
        settings.put("include.schema.changes", "false");
        settings.put(SCHEMA_HISTORY_TOPIC, topics.schemaHistory(source.name()));
        settings.put("schema.history.internal.kafka.bootstrap.servers", bootstrapServers);
        settings.put("decimal.handling.mode", "precise");
        settings.put("time.precision.mode", "adaptive_time_microseconds");
        // As a long, numbers above 2^63 would wrap.
        settings.put("bigint.unsigned.handling.mode", "precise");
        // The snapshot sees BOOLEAN as TINYINT(1), the binlog as TINYINT.
        settings.put("converters", "boolean");
        settings.put("boolean.type", "io.debezium.connector.binlog.converters.TinyIntOneToBooleanConverter");
        source.signalTable().ifPresent(table -> settings.put("signal.data.collection", table));
        source.urlParameters().forEach((name, value) -> {
            if (!SSL_PARAMETERS.contains(name)) {
                throw new ConfigException("url has the parameter '" + name
                        + "', it may have ssl-mode; give others to the driver with debezium.driver." + name + "=…");
            }
            settings.put("database.ssl.mode", value.toLowerCase(Locale.ROOT).replace('-', '_'));
        });
    }

    /** A number that no other client of the server has, and the same over restarts. */
    private long serverId(String source) {
        CRC32 hash = new CRC32();
        hash.update((topics.prefix() + "/" + source).getBytes(StandardCharsets.UTF_8));
        return SERVER_ID_MIN + hash.getValue() % SERVER_IDS;
    }
}
