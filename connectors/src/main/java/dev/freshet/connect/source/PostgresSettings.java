package dev.freshet.connect.source;

import dev.freshet.connect.source.SourceConfig.Connection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/** What Debezium's connector for Postgres needs beside the rest. */
record PostgresSettings(ConnectTopics topics) {
    /** Postgres cuts longer names off. */
    private static final int IDENTIFIER_LENGTH_MAX = 63;

    /** Parameters of a URL that have a setting of Debezium's. */
    private static final Set<String> SSL_PARAMETERS = Set.of("sslmode", "sslrootcert", "sslcert", "sslkey");

    void put(Map<String, String> settings, SourceConfig source, Connection connection) {
        settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.put("database.dbname", String.valueOf(connection.database()));
        settings.put("plugin.name", "pgoutput");
        settings.put("slot.name", identifier(source.name()));
        settings.put("publication.name", identifier(source.name()));
        settings.put("publication.autocreate.mode", "filtered");
        // Else the changes of a partitioned table come under the names of its partitions, which have no dataset.
        settings.put("publish.via.partition.root", "true");
        // As text they can be NaN or left out; the transformation makes exact numbers of them again.
        settings.put("decimal.handling.mode", "string");
        settings.put("time.precision.mode", "adaptive");
        settings.put("interval.handling.mode", "string");
        source.signalTable().ifPresent(table -> settings.put("signal.data.collection", table));
        if (source.reselects()) {
            settings.put("post.processors", "reselect");
            settings.put("reselect.type", "io.debezium.processors.reselect.ReselectColumnsPostProcessor");
            settings.put("reselect.reselect.unavailable.values", "true");
            settings.put("reselect.reselect.null.values", "false");
        }
        source.urlParameters().forEach((name, value) -> {
            if (!SSL_PARAMETERS.contains(name)) {
                throw new ConfigException("url has the parameter '" + name + "', it may have "
                        + SSL_PARAMETERS.stream().sorted().toList()
                        + "; give others to the driver with debezium.driver." + name + "=…");
            }
            settings.put("database." + name, value);
        });
    }

    /** A name for the slot and the publication that the server knows no other by: of the prefix and the source's name, which has no '_'. */
    private String identifier(String source) {
        String prefix = topics.prefix().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String suffix = "_" + source.replace('-', '_');
        int room = IDENTIFIER_LENGTH_MAX - suffix.length();
        return (prefix.length() > room ? prefix.substring(0, room) : prefix) + suffix;
    }
}
