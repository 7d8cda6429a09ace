package dev.freshet.app;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.cluster.NodeSecret;
import dev.freshet.embed.Embedders;
import dev.freshet.http.HttpSettings;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.refresh.RefreshSettings;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.privacy.HashKey;
import dev.freshet.schemas.registry.RegistryAuth;
import dev.freshet.schemas.registry.RegistrySettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The settings of a Freshet process, typed and validated. Everything under {@code kafka.} goes to all Kafka clients as it is; {@link ModelConfig} has what is under {@code model.}; what is under {@code rows.deserializer.} is for the class that it names. */
public final class FreshetConfig extends AbstractConfig {
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    public static final String REGISTRY_URL = "schema.registry.url";
    public static final String REGISTRY_USER_INFO = "schema.registry.basic.auth.user.info";
    public static final String REGISTRY_TOKEN = "schema.registry.bearer.auth.token";
    public static final String REGISTRY_TRUSTSTORE = "schema.registry.ssl.truststore.location";
    public static final String REGISTRY_TRUSTSTORE_PASSWORD = "schema.registry.ssl.truststore.password";
    public static final String REGISTRY_KEYSTORE = "schema.registry.ssl.keystore.location";
    public static final String REGISTRY_KEYSTORE_PASSWORD = "schema.registry.ssl.keystore.password";
    public static final String PREFIX = "topic.prefix";
    public static final String PARTITIONS = "topic.partitions";
    public static final String REPLICATION = "topic.replication.factor";
    public static final String NEW_EPOCH = "new.epoch";
    public static final String ROLES = "roles";
    public static final String STATE_DIRECTORY = "state.dir";
    public static final String INSTANCE_ID = "instance.id";
    public static final String SESSION_TIMEOUT_MS = "session.timeout.ms";
    public static final String HTTP_HOST = "http.host";
    public static final String HTTP_PORT = "http.port";
    public static final String HTTP_API_KEYS_FILE = "http.api.keys.file";
    public static final String HTTP_ADMIN_KEY = ApiKeys.SETTINGS_KEY;
    public static final String HTTP_TLS_KEYSTORE = "http.tls.keystore";
    public static final String HTTP_TLS_KEYSTORE_PASSWORD = "http.tls.keystore.password";
    public static final String HTTP_TLS_CERTIFICATE = "http.tls.certificate";
    public static final String HTTP_TLS_KEY = "http.tls.key";
    public static final String HTTP_TLS_TRUSTSTORE = "http.tls.truststore";
    public static final String HTTP_TLS_TRUSTSTORE_PASSWORD = "http.tls.truststore.password";
    public static final String HTTP_TLS_CLIENT_AUTH = "http.tls.client.auth";
    public static final String HTTP_INSECURE_BIND = "http.insecure.public.bind";
    public static final String HTTP_ADVERTISED_HOST = "http.advertised.host";
    public static final String HTTP_ADVERTISED_PORT = "http.advertised.port";
    public static final String CLUSTER_SECRET = NodeSecret.SETTING;
    public static final String CLUSTER_SECRET_FILE = "cluster.secret.file";
    public static final String CLUSTER_NODES = "cluster.nodes";
    public static final String HTTP_MAX_BODY_BYTES = "http.max.body.bytes";
    public static final String HTTP_MAX_HEADER_BYTES = "http.max.header.bytes";
    public static final String HTTP_MAX_CONCURRENT_SEARCHES = "http.max.concurrent.searches";
    public static final String HTTP_ACCESS_LOG = "http.access.log";
    public static final String MAX_ROW_BYTES = "max.row.bytes";
    public static final String ROWS_DESERIALIZER = "rows.deserializer";
    public static final String PRIVACY_HASH_KEY = HashKey.SETTING;
    public static final String PRIVACY_HASH_KEY_FILE = "privacy.hash.key.file";
    public static final String PRIVACY_DETECTION = "privacy.detection";
    public static final String PRIVACY_SAMPLE_ROWS = "privacy.sample.rows";
    public static final String UNKNOWN_DATASET_PATIENCE_MS = "unknown.dataset.patience.ms";
    public static final String DEFAULT_MODEL = "default.model";
    public static final String MODELS = "models";
    public static final String EMBED_WORKERS = "embed.workers";
    public static final String BACKFILL_ROWS_PER_SECOND = "backfill.rows.per.second";
    public static final String REFRESH_COMMIT_MS = "refresh.commit.interval.ms";
    public static final String SEARCH_COMMIT_MS = "search.commit.interval.ms";
    public static final String SEARCH_STANDBYS = "search.standby.replicas";

    /** Largest record on the topics that carry rows and images. */
    public static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;

    private static final String KAFKA_PREFIX = "kafka.";
    private static final String MODEL_PREFIX = "model.";
    private static final String ROWS_DESERIALIZER_PREFIX = ROWS_DESERIALIZER + ".";
    private static final Pattern MODEL_NAME = Pattern.compile("[a-z0-9_-]{1,64}");

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(BOOTSTRAP_SERVERS, ConfigDef.Type.LIST, HIGH, "Kafka brokers, host:port, separated by commas.")
            .define(REGISTRY_URL, ConfigDef.Type.LIST, HIGH, "Confluent-compatible schema registry: one or more URLs.")
            .define(
                    REGISTRY_USER_INFO,
                    ConfigDef.Type.PASSWORD,
                    "",
                    MEDIUM,
                    "User and password for the registry, user:password.")
            .define(REGISTRY_TOKEN, ConfigDef.Type.PASSWORD, "", MEDIUM, "Bearer token for the registry.")
            .define(
                    REGISTRY_TRUSTSTORE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "File with the authorities of the registry's certificate: PKCS #12, JKS or PEM. Empty: those that the JVM trusts.")
            .define(
                    REGISTRY_TRUSTSTORE_PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    MEDIUM,
                    "Password of that file; empty for PEM.")
            .define(
                    REGISTRY_KEYSTORE,
                    ConfigDef.Type.STRING,
                    "",
                    LOW,
                    "File with the certificate, and its private key, to show to a registry that asks for one: PKCS #12 or JKS.")
            .define(
                    REGISTRY_KEYSTORE_PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    LOW,
                    "Password of that file and of its key.")
            .define(
                    PREFIX,
                    ConfigDef.Type.STRING,
                    "freshet",
                    MEDIUM,
                    "Prefix of topics, application ids and consumer groups.")
            .define(
                    PARTITIONS,
                    ConfigDef.Type.INT,
                    4,
                    Range.between(1, 1024),
                    MEDIUM,
                    "Partitions of the rows and vectors topics. Fixed once they are created.")
            .define(
                    REPLICATION,
                    ConfigDef.Type.SHORT,
                    (short) 3,
                    Range.between(1, 15),
                    MEDIUM,
                    "Replication factor of topics that are created; min.insync.replicas is one less, at least 1.")
            .define(
                    NEW_EPOCH,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    LOW,
                    "Accept, once, that the rows topic was deleted and created again: rows written from then on replace older ones.")
            .define(
                    ROLES,
                    ConfigDef.Type.LIST,
                    "catalog,refresh,search",
                    ConfigDef.ValidList.in("catalog", "refresh", "search"),
                    MEDIUM,
                    "What this process does: catalog, refresh, search.")
            .define(
                    STATE_DIRECTORY,
                    ConfigDef.Type.STRING,
                    Path.of(System.getProperty("user.home"), ".freshet", "state")
                            .toString(),
                    HIGH,
                    "Directory of the local state. Each process needs its own.")
            .define(
                    INSTANCE_ID,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "Name of this process in its consumer groups, unique among processes: with one, a process that was killed comes back at once.")
            .define(
                    SESSION_TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(1_000, 1_800_000),
                    LOW,
                    "After how long without a heartbeat the partitions of a process go to others.")
            .define(HTTP_HOST, ConfigDef.Type.STRING, "127.0.0.1", HIGH, "Address that the HTTP server binds to.")
            .define(HTTP_PORT, ConfigDef.Type.INT, 3110, Range.between(0, 65_535), HIGH, "Port of the HTTP server.")
            .define(
                    HTTP_API_KEYS_FILE,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "File with the API keys that callers need, which ./freshet keys writes; changes count within a second. Empty, and without http.admin.key: callers need none.")
            .define(
                    HTTP_ADMIN_KEY,
                    ConfigDef.Type.PASSWORD,
                    "",
                    MEDIUM,
                    "An API key with the role admin, besides those of the file; at least 24 characters.")
            .define(
                    HTTP_TLS_KEYSTORE,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "File with the server's certificate and private key, PKCS #12 or JKS: turns TLS on. Read again when it changes.")
            .define(
                    HTTP_TLS_KEYSTORE_PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    HIGH,
                    "Password of that file and of its key.")
            .define(
                    HTTP_TLS_CERTIFICATE,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "In place of a key store: file with the server's certificate, and those that lead to its authority, in PEM. Read again when it changes.")
            .define(
                    HTTP_TLS_KEY,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "The certificate's private key: file in PEM, PKCS #8, not encrypted.")
            .define(
                    HTTP_TLS_TRUSTSTORE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "File with the authorities of callers' certificates, and of those of other processes: PKCS #12, JKS or PEM.")
            .define(
                    HTTP_TLS_TRUSTSTORE_PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    MEDIUM,
                    "Password of that file; empty for PEM.")
            .define(
                    HTTP_TLS_CLIENT_AUTH,
                    ConfigDef.Type.STRING,
                    "none",
                    ConfigDef.ValidString.in("none", "want", "required"),
                    MEDIUM,
                    "Whether callers show a certificate (mutual TLS): none, want (one that they show must be trusted) or required.")
            .define(
                    HTTP_INSECURE_BIND,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    MEDIUM,
                    "Start on an address that others can reach although there is no TLS, or callers need neither key nor certificate.")
            .define(
                    HTTP_ADVERTISED_HOST,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "Host name or address under which the other processes reach this one; empty: http.host, which must then be no wildcard.")
            .define(
                    HTTP_ADVERTISED_PORT,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 65_535),
                    MEDIUM,
                    "Port under which the other processes reach this one; 0: the one that the HTTP server listens on.")
            .define(
                    CLUSTER_SECRET,
                    ConfigDef.Type.PASSWORD,
                    "",
                    HIGH,
                    "What the processes of a cluster prove to each other that they belong to it: the same in all of them, at least 16 characters. Needed for several processes when the API needs keys.")
            .define(
                    CLUSTER_SECRET_FILE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "File that holds cluster.secret, instead of the setting itself.")
            .define(
                    CLUSTER_NODES,
                    ConfigDef.Type.LIST,
                    "",
                    LOW,
                    "Other processes, host:port, separated by commas: those that run no role that this one runs too, and that it would not hear of otherwise. Asked for what is stale.")
            .define(
                    HTTP_MAX_BODY_BYTES,
                    ConfigDef.Type.INT,
                    64 * 1024 * 1024,
                    Range.between(1024, 1024 * 1024 * 1024),
                    LOW,
                    "Longest request body, in bytes; of one that comes packed, what it unpacks to.")
            .define(
                    HTTP_MAX_HEADER_BYTES,
                    ConfigDef.Type.INT,
                    HttpSettings.Limits.DEFAULTS.headerBytes(),
                    Range.between(HttpSettings.Limits.HEADER_BYTES_MIN, HttpSettings.Limits.HEADER_BYTES_MAX),
                    LOW,
                    "Longest request line with headers, in bytes.")
            .define(
                    HTTP_MAX_CONCURRENT_SEARCHES,
                    ConfigDef.Type.INT,
                    HttpSettings.Limits.DEFAULTS.searches(),
                    Range.between(1, HttpSettings.Limits.SEARCHES_MAX),
                    LOW,
                    "Searches that run at once in this process. As many more wait for up to a second; what comes beyond is answered with 429.")
            .define(
                    HTTP_ACCESS_LOG,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    LOW,
                    "Whether each request is logged with a line (logger freshet.access). Where everything is embedded (up, demo), false unless it is set.")
            .define(
                    MAX_ROW_BYTES,
                    ConfigDef.Type.INT,
                    1024 * 1024,
                    Range.between(1024, 4 * 1024 * 1024),
                    MEDIUM,
                    "Longest text of a row, in bytes of UTF-8.")
            .define(
                    ROWS_DESERIALIZER,
                    ConfigDef.Type.STRING,
                    "",
                    LOW,
                    "Class of another deserializer on the class path for records of the rows topic that are not JSON, for example io.confluent.kafka.serializers.KafkaAvroDeserializer. It gets the registry's settings under Confluent's names, and those under rows.deserializer. as they are. Empty: Avro in Confluent's wire format, read by Freshet itself.")
            .define(
                    PRIVACY_HASH_KEY,
                    ConfigDef.Type.PASSWORD,
                    "",
                    MEDIUM,
                    "Key of the columns whose policy is hash (HMAC-SHA-256): the same in all processes and in Kafka Connect, at least 16 characters. With another key equal values are no longer equal.")
            .define(
                    PRIVACY_HASH_KEY_FILE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "File that holds privacy.hash.key, instead of the setting itself.")
            .define(
                    PRIVACY_DETECTION,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    MEDIUM,
                    "Whether columns are flagged that seem to hold personal data, by their names and by values of the first rows. Flagged text columns are not embedded before they have a policy.")
            .define(
                    PRIVACY_SAMPLE_ROWS,
                    ConfigDef.Type.INT,
                    200,
                    Range.between(1, 100_000),
                    LOW,
                    "With privacy.detection, how many rows of each dataset are looked at in each partition, from when a process starts.")
            .define(
                    UNKNOWN_DATASET_PATIENCE_MS,
                    ConfigDef.Type.LONG,
                    RefreshSettings.UNKNOWN_DATASET_PATIENCE.toMillis(),
                    Range.between(0, 86_400_000),
                    LOW,
                    "How long a row waits for its dataset to be created before it becomes a dead letter.")
            .define(
                    DEFAULT_MODEL,
                    ConfigDef.Type.STRING,
                    Embedders.DEFAULT_MODEL,
                    MEDIUM,
                    "Model of indexes that name none.")
            .define(
                    MODELS,
                    ConfigDef.Type.LIST,
                    "",
                    MEDIUM,
                    "Names of models beside the one in the box, each described by settings model.NAME.…; 1 to 64 characters of a-z, 0-9, '_' and '-'.")
            .define(
                    EMBED_WORKERS,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 256),
                    MEDIUM,
                    "Threads that embed in this process, each one text at a time; 0: one per core.")
            .define(
                    BACKFILL_ROWS_PER_SECOND,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 1_000_000),
                    MEDIUM,
                    "How many stored rows this process embeds per second, at most, for backfills and rebuilds, shared evenly by its partitions; 0: as many as go. Changes as they come go first and are not bounded by this.")
            .define(
                    REFRESH_COMMIT_MS,
                    ConfigDef.Type.INT,
                    30,
                    Range.between(1, 5_000),
                    LOW,
                    "How often the refresh application commits its transaction: adds to the time until a change is searchable. While as many rows are with the model as may be, up to 500 ms; while rows are read 250 ms and more after they were written, 200 ms.")
            .define(
                    SEARCH_COMMIT_MS,
                    ConfigDef.Type.INT,
                    1_000,
                    Range.between(50, 60_000),
                    LOW,
                    "How often the search application commits its position.")
            .define(
                    SEARCH_STANDBYS,
                    ConfigDef.Type.INT,
                    1,
                    Range.between(0, 10),
                    MEDIUM,
                    "How many other processes keep a warm copy of each partition's indexes, and take over without loading them when the one that answers is gone. Costs as much memory each; without other processes there are none.");

    /** What a process does. */
    public enum Role {
        CATALOG,
        REFRESH,
        SEARCH
    }

    private final List<ModelConfig> models;

    public FreshetConfig(Map<String, String> settings) {
        this(settings, System::getenv);
    }

    /**
     * With an environment of one's own, which the names in {@code model.NAME.api.key.env} are looked up in.
     *
     * @param environment a variable's value by its name, or null
     */
    FreshetConfig(Map<String, String> settings, Function<String, @Nullable String> environment) {
        super(DEFINITION, settings, false);
        for (String name : settings.keySet()) {
            if (!DEFINITION.names().contains(name)
                    && !name.startsWith(KAFKA_PREFIX)
                    && !name.startsWith(MODEL_PREFIX)
                    && !name.startsWith(ROWS_DESERIALIZER_PREFIX)) {
                throw new ConfigException("Unknown setting '" + name
                        + "'; settings of Kafka clients start with 'kafka.', those of models with 'model.NAME.'");
            }
        }
        this.models = models(settings, environment);
        if (getList(BOOTSTRAP_SERVERS).isEmpty()) {
            throw new ConfigException(BOOTSTRAP_SERVERS, "", "at least one broker is needed");
        }
        if (getList(ROLES).isEmpty()) {
            throw new ConfigException(ROLES, "", "at least one role is needed");
        }
        if (!getPassword(REGISTRY_USER_INFO).value().isEmpty()
                && !getPassword(REGISTRY_TOKEN).value().isEmpty()) {
            throw new ConfigException("Give " + REGISTRY_USER_INFO + " or " + REGISTRY_TOKEN + ", not both");
        }
    }

    /** The definition, for documentation. */
    public static ConfigDef definition() {
        return new ConfigDef(DEFINITION);
    }

    private List<ModelConfig> models(Map<String, String> settings, Function<String, @Nullable String> environment) {
        Map<String, Map<String, String>> byName = new LinkedHashMap<>();
        Set<String> variables = new HashSet<>();
        for (String name : getList(MODELS)) {
            if (!MODEL_NAME.matcher(name).matches() || name.equals(Embedders.DEFAULT_MODEL)) {
                throw new ConfigException(
                        MODELS,
                        name,
                        "a model's name has 1 to 64 characters of a-z, 0-9, '_' and '-', and is not "
                                + Embedders.DEFAULT_MODEL);
            }
            if (!variables.add(ModelVariables.of(name, ModelConfig.TYPE))) {
                throw new ConfigException(MODELS, name, "two names differ in nothing but '-' and '_'");
            }
            byName.put(name, new HashMap<>());
        }
        settings.forEach((setting, value) -> {
            if (setting.startsWith(MODEL_PREFIX)) {
                String rest = setting.substring(MODEL_PREFIX.length());
                int dot = Math.max(0, rest.indexOf('.'));
                Map<String, String> ofModel = byName.get(rest.substring(0, dot));
                if (ofModel == null) {
                    throw new ConfigException("The setting '" + setting + "' is of a model that the setting '" + MODELS
                            + "' does not name; it has the form model.NAME.SETTING");
                }
                ofModel.put(rest.substring(dot + 1), value);
            }
        });
        return byName.entrySet().stream()
                .map(entry -> new ModelConfig(entry.getKey(), entry.getValue(), environment))
                .toList();
    }

    /** The full name of a model's setting. */
    static String modelSetting(String model, String setting) {
        return MODEL_PREFIX + model + "." + setting;
    }

    /** The models beside the one in the box, in their order. */
    public List<ModelConfig> models() {
        return models;
    }

    /** Whether a model of that name is configured, and behind HTTP. */
    boolean remoteModel(String name) {
        return models.stream().anyMatch(model -> model.name().equals(name) && model.type() != ModelConfig.Type.ONNX);
    }

    public TopicNames topics() {
        return new TopicNames(getString(PREFIX));
    }

    public Set<Role> roles() {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        getList(ROLES).forEach(role -> roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT))));
        return roles;
    }

    public Path stateDirectory() {
        return Path.of(getString(STATE_DIRECTORY)).toAbsolutePath();
    }

    /** Whether {@value #HTTP_HOST} is a wildcard, which is no address that anybody could call. */
    public boolean listensOnAllAddresses() {
        try {
            return InetAddress.getByName(getString(HTTP_HOST)).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false; // Binding to it will say what is wrong.
        }
    }

    /** The settings to show: without passwords, also of those that stand in a URL. */
    @Override
    public Map<String, ?> values() {
        Map<String, Object> shown = new HashMap<>(super.values());
        shown.put(
                REGISTRY_URL,
                getList(REGISTRY_URL).stream()
                        .map(url -> url.replaceAll("//[^/]*@", "//[hidden]@"))
                        .toList());
        return shown;
    }

    public List<URI> registryUrls() {
        return getList(REGISTRY_URL).stream().map(FreshetConfig::registryUrl).toList();
    }

    private static URI registryUrl(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            // It may hold a password, which the exception would show.
            throw new ConfigException(REGISTRY_URL + " is no URL: " + e.getReason());
        }
    }

    public RegistryAuth registryAuth() {
        Password token = getPassword(REGISTRY_TOKEN);
        if (!token.value().isEmpty()) {
            return new RegistryAuth.Bearer(token.value());
        }
        String userInfo = getPassword(REGISTRY_USER_INFO).value();
        if (userInfo.isEmpty()) {
            return new RegistryAuth.None();
        }
        int colon = userInfo.indexOf(':');
        if (colon < 1) {
            throw new ConfigException(REGISTRY_USER_INFO + " must be user:password");
        }
        return new RegistryAuth.Basic(userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }

    /** What the deserializer that {@value #ROWS_DESERIALIZER} names is configured with: where the registry is, under Confluent's names, and what is under its prefix. */
    Map<String, Object> rowsDeserializerSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(RegistrySettings.URL, String.join(",", getList(REGISTRY_URL)));
        String userInfo = getPassword(REGISTRY_USER_INFO).value();
        if (!userInfo.isEmpty()) {
            settings.put(RegistrySettings.BASIC_AUTH_SOURCE, "USER_INFO");
            settings.put(RegistrySettings.BASIC_AUTH_USER_INFO, userInfo);
        }
        String token = getPassword(REGISTRY_TOKEN).value();
        if (!token.isEmpty()) {
            settings.put("bearer.auth.credentials.source", "STATIC_TOKEN");
            settings.put(RegistrySettings.BEARER_TOKEN, token);
        }
        putFile(settings, REGISTRY_TRUSTSTORE, REGISTRY_TRUSTSTORE_PASSWORD);
        putFile(settings, REGISTRY_KEYSTORE, REGISTRY_KEYSTORE_PASSWORD);
        settings.putAll(originalsWithPrefix(ROWS_DESERIALIZER_PREFIX));
        return settings;
    }

    private void putFile(Map<String, Object> settings, String file, String password) {
        if (!getString(file).isEmpty()) {
            settings.put(file, getString(file));
            settings.put(password, getPassword(password).value());
        }
    }

    /** What every Kafka client needs: the brokers, and the settings under {@code kafka.}. */
    public Map<String, Object> kafkaClient() {
        Map<String, Object> client = new HashMap<>(originalsWithPrefix(KAFKA_PREFIX));
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", getList(BOOTSTRAP_SERVERS)));
        return client;
    }
}
