package dev.freshet.connect.source;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.schemas.redact.Redaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The small file that connects a database, typed and validated: an address, credentials, and the tables with their datasets. {@link SourceExpansion} makes a
 * connector's whole configuration of it.
 *
 * <p>Settings that begin with {@value #DEBEZIUM_PREFIX} or {@value #CONNECT_PREFIX} go to the connector as they are, without the prefix, and win over what is
 * made here. Other settings that are not known are refused. No value of a secret is ever part of a message.
 */
public final class SourceConfig extends AbstractConfig {
    public static final String NAME = "name";
    public static final String TYPE = "type";
    public static final String URL = "url";
    public static final String HOST = "host";
    public static final String PORT = "port";
    public static final String DATABASE = "database";
    public static final String USER = "user";
    public static final String PASSWORD = "password";
    public static final String TABLES = "tables";
    public static final String TEXT_COLUMNS = "text.columns";
    public static final String COLUMN_POLICIES = "column.policies";
    public static final String SIGNAL_TABLE = "signal.table";
    public static final String UNAVAILABLE_COLUMNS = "unavailable.columns";

    /** What {@link #UNAVAILABLE_COLUMNS} may be. */
    static final String RESELECT = "reselect";

    static final String KEEP = "keep";

    private static final String DEBEZIUM_PREFIX = "debezium.";
    private static final String CONNECT_PREFIX = "connect.";

    /** Short, and without '_', so that no two names make the same slot, publication or topic. */
    private static final Pattern NAME_PATTERN = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    /** Settings of the connector on which others depend. */
    private static final Set<String> OURS = Set.of("name", "connector.class", "topic.prefix");

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    NAME,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    HIGH,
                    "Name of the source, 1 to 40 characters of a-z, 0-9 and '-', the first a letter. The connector, the replication slot, the publication and topics are called after it: it never changes.")
            .define(TYPE, ConfigDef.Type.STRING, "", HIGH, "postgresql, mysql or mariadb; may be left out with url.")
            .define(
                    URL,
                    ConfigDef.Type.PASSWORD,
                    "",
                    HIGH,
                    "Address as one string, such as postgresql://app@db:5432/shop?sslmode=require, instead of the next three. Settings of their own win over its parts.")
            .define(HOST, ConfigDef.Type.STRING, "", HIGH, "Host of the database server.")
            .define(
                    PORT,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 65_535),
                    HIGH,
                    "Its port; 0: the usual one of the type, 5432 or 3306.")
            .define(
                    DATABASE,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "Postgres: the database to connect to. MySQL and MariaDB: where tables are that are named without a database.")
            .define(USER, ConfigDef.Type.STRING, "", HIGH, "User to connect as.")
            .define(
                    PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    HIGH,
                    "Its password, by reference: ${env:NAME}, ${file:/path/to.properties:key} or ${directory:/run/secrets:file}.")
            .define(
                    TABLES,
                    ConfigDef.Type.LIST,
                    "",
                    HIGH,
                    "Tables and their datasets, TABLE:DATASET,…; a table is schema.table (Postgres; public if left out) or database.table (MySQL, MariaDB).")
            .define(
                    TEXT_COLUMNS,
                    ConfigDef.Type.LIST,
                    "",
                    HIGH,
                    "Columns to embed, DATASET.COLUMN,…; for datasets that are not named, columns of long text are proposed.")
            .define(
                    COLUMN_POLICIES,
                    ConfigDef.Type.LIST,
                    "",
                    HIGH,
                    "What happens to columns before they leave the connector, DATASET.COLUMN:POLICY,… with keep, drop, mask or hash.")
            .define(
                    SIGNAL_TABLE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "Table for Debezium's signals, schema.table or database.table: allows incremental snapshots of tables on request.")
            .define(
                    UNAVAILABLE_COLUMNS,
                    ConfigDef.Type.STRING,
                    RESELECT,
                    ConfigDef.ValidString.in(RESELECT, KEEP),
                    LOW,
                    "Large columns that Postgres leaves out of changes: reselect asks the database for them, keep leaves them as they are stored.");

    private final Map<String, String> overrides;
    private final @Nullable DatabaseUrl url;
    private final SourceType type;

    /** @throws ConfigException that names the setting, and what it may be */
    public SourceConfig(Map<String, String> settings) {
        super(DEFINITION, known(settings), false);
        this.overrides = overrides(settings);
        String address = text(getPassword(URL));
        this.url = address == null ? null : DatabaseUrl.parse(address);
        this.type = type(getString(TYPE), url);
        if (!NAME_PATTERN.matcher(name()).matches()) {
            throw new ConfigException(
                    "name is '" + name() + "', it must be 1 to 40 characters of a-z, 0-9 and '-', the first a letter");
        }
    }

    /** The settings that a source file may have, for its documentation. */
    public static ConfigDef definition() {
        return new ConfigDef(DEFINITION);
    }

    public String name() {
        return getString(NAME);
    }

    public SourceType type() {
        return type;
    }

    /** Where the database is, and as whom to connect. */
    Connection connection() {
        String host = first(getString(HOST), url == null ? null : url.host());
        if (host == null) {
            throw new ConfigException("host is missing: set it, or url");
        }
        int port = getInt(PORT) == 0 && url != null ? url.port() : getInt(PORT);
        String user = first(getString(USER), url == null ? null : url.user());
        if (user == null) {
            throw new ConfigException("user is missing: the user to connect to the database as");
        }
        String database = first(getString(DATABASE), url == null ? null : url.database());
        if (database == null && type == SourceType.POSTGRESQL) {
            throw new ConfigException("database is missing: with Postgres a source reads one database");
        }
        String password = first(text(getPassword(PASSWORD)), url == null ? null : url.password());
        return new Connection(host, port == 0 ? type.defaultPort() : port, database, user, password);
    }

    /** What stands behind the {@code ?} of the URL. */
    Map<String, String> urlParameters() {
        return url == null ? Map.of() : url.parameters();
    }

    List<TableMapping> tables() {
        String schema = type.defaultSchema().isEmpty() ? connection().database() : type.defaultSchema();
        return TableMapping.parse(getList(TABLES), schema);
    }

    /** Names of datasets in {@code setting} must be among the source's. */
    List<String> columnsOf(String setting, List<TableMapping> tables) {
        List<String> columns = getList(setting);
        for (String column : columns) {
            int dot = column.indexOf('.');
            String dataset = dot < 0 ? column : column.substring(0, dot);
            if (dot < 1
                    || dot == column.length() - 1
                    || tables.stream().noneMatch(table -> table.dataset().equals(dataset))) {
                throw new ConfigException(setting + " has '" + column
                        + "', it must be DATASET.COLUMN with a dataset of this source's tables");
            }
        }
        return columns;
    }

    /** The schema or database, and the table; empty if the source has no signal table. */
    Optional<String> signalTable() {
        String table = getString(SIGNAL_TABLE).strip();
        if (table.isEmpty()) {
            return Optional.empty();
        }
        if (!table.matches("[^.,:\\s]+\\.[^.,:\\s]+")) {
            throw new ConfigException("signal.table is '" + table
                    + "', it must be schema.table, or database.table with MySQL and MariaDB");
        }
        return Optional.of(table);
    }

    boolean reselects() {
        return getString(UNAVAILABLE_COLUMNS).equals(RESELECT);
    }

    /** Settings of the connector itself, which win. */
    Map<String, String> overrides() {
        return overrides;
    }

    /**
     * How to reach a database.
     *
     * @param password or a reference to it; null if the server asks for none
     */
    record Connection(
            String host,
            int port,
            @Nullable String database,
            String user,
            @Nullable String password) {
        boolean hasLiteralPassword() {
            return password != null && !Redaction.isReference(password);
        }

        @Override
        public String toString() {
            return user + "@" + host + ":" + port + (database == null ? "" : "/" + database);
        }
    }

    private static SourceType type(String text, @Nullable DatabaseUrl url) {
        if (text.isBlank()) {
            if (url == null) {
                throw new ConfigException("type is missing: postgresql, mysql or mariadb");
            }
            return url.type();
        }
        SourceType type = SourceType.parse(text)
                .orElseThrow(
                        () -> new ConfigException("type is '" + text + "', it must be postgresql, mysql or mariadb"));
        // MariaDB's own clients take URLs that begin with mysql:// too.
        if (url != null && (type == SourceType.POSTGRESQL) != (url.type() == SourceType.POSTGRESQL)) {
            throw new ConfigException("type is " + type.text() + ", but url is one of "
                    + url.type().text());
        }
        return type;
    }

    private static Map<String, String> known(Map<String, String> settings) {
        Set<String> unknown = new TreeSet<>();
        for (String setting : settings.keySet()) {
            if (!DEFINITION.names().contains(setting) && override(setting) == null) {
                unknown.add(setting);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ConfigException("there is no setting " + String.join(", ", unknown) + "; there are "
                    + String.join(", ", new TreeSet<>(DEFINITION.names()))
                    + ", and debezium.… for settings of the connector");
        }
        Map<String, String> known = new LinkedHashMap<>(settings);
        known.keySet().retainAll(DEFINITION.names());
        return known;
    }

    private static Map<String, String> overrides(Map<String, String> settings) {
        Map<String, String> overrides = new LinkedHashMap<>();
        settings.forEach((setting, value) -> {
            String override = override(setting);
            if (override != null && OURS.contains(override)) {
                throw new ConfigException(
                        setting + " cannot be set: other settings depend on it. It follows from name and type");
            }
            if (override != null) {
                overrides.put(override, value);
            }
        });
        return overrides;
    }

    private static @Nullable String override(String setting) {
        for (String prefix : List.of(DEBEZIUM_PREFIX, CONNECT_PREFIX)) {
            if (setting.startsWith(prefix) && setting.length() > prefix.length()) {
                return setting.substring(prefix.length());
            }
        }
        return null;
    }

    private static @Nullable String text(@Nullable Password password) {
        return password == null || password.value().isBlank() ? null : password.value();
    }

    private static @Nullable String first(@Nullable String own, @Nullable String otherwise) {
        return own == null || own.isBlank() ? otherwise : own.strip();
    }
}
