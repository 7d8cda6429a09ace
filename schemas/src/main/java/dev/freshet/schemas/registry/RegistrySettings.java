package dev.freshet.schemas.registry;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.schemas.tls.ClientTls;
import dev.freshet.schemas.tls.KeySource;
import dev.freshet.schemas.tls.TrustSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How a schema registry is named in settings, for everything that Kafka or Kafka Connect makes by class name and for {@code RowPublisher}. The names are
 * Confluent's, so that a user may change between our classes and Confluent's own without touching anything else:
 *
 * <ul>
 *   <li>{@value #URL}: one URL, or several separated by commas;
 *   <li>{@value #BASIC_AUTH_SOURCE} {@code URL} (default) or {@code USER_INFO} with {@value #BASIC_AUTH_USER_INFO} {@code user:password};
 *   <li>{@value #BEARER_TOKEN};
 *   <li>{@value #AUTO_REGISTER}: {@code true} (default), or {@code false} to write with schemas that are registered already;
 *   <li>{@value #TRUSTSTORE}, {@value #KEYSTORE} and their passwords: TLS of one's own;
 *   <li>{@value #TIMEOUT_MS}: of one request, 10,000 by default (ours, not Confluent's).
 * </ul>
 *
 * <p>User, password and token are also taken under {@code schema.registry.} + name, as Confluent's client does. User and password that are given without a
 * source are used. No refusal shows a secret.
 */
public final class RegistrySettings {
    public static final String URL = "schema.registry.url";
    public static final String BASIC_AUTH_SOURCE = "basic.auth.credentials.source";
    public static final String BASIC_AUTH_USER_INFO = "basic.auth.user.info";
    public static final String BEARER_TOKEN = "bearer.auth.token";
    public static final String AUTO_REGISTER = "auto.register.schemas";
    public static final String TIMEOUT_MS = "schema.registry.request.timeout.ms";
    public static final String TRUSTSTORE = "schema.registry.ssl.truststore.location";
    public static final String TRUSTSTORE_PASSWORD = "schema.registry.ssl.truststore.password";
    public static final String KEYSTORE = "schema.registry.ssl.keystore.location";
    public static final String KEYSTORE_PASSWORD = "schema.registry.ssl.keystore.password";

    private static final String PREFIX = "schema.registry.";
    private static final int TIMEOUT_MS_DEFAULT = 10_000;

    /** All names, those with the prefix too. */
    public static final Set<String> NAMES = Set.of(
            URL,
            BASIC_AUTH_SOURCE,
            PREFIX + BASIC_AUTH_SOURCE,
            BASIC_AUTH_USER_INFO,
            PREFIX + BASIC_AUTH_USER_INFO,
            BEARER_TOKEN,
            PREFIX + BEARER_TOKEN,
            AUTO_REGISTER,
            TIMEOUT_MS,
            TRUSTSTORE,
            TRUSTSTORE_PASSWORD,
            KEYSTORE,
            KEYSTORE_PASSWORD);

    private RegistrySettings() {}

    /** Adds these settings to a definition, so that they are validated and documented with the others. */
    public static ConfigDef define(ConfigDef definition) {
        return definition
                .define(URL, ConfigDef.Type.LIST, HIGH, "Confluent-compatible schema registry: one or more URLs.")
                .define(
                        BASIC_AUTH_SOURCE,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "Where user and password come from: URL, or USER_INFO for " + BASIC_AUTH_USER_INFO + ".")
                .define(BASIC_AUTH_USER_INFO, ConfigDef.Type.PASSWORD, "", MEDIUM, "user:password for the registry.")
                .define(BEARER_TOKEN, ConfigDef.Type.PASSWORD, "", MEDIUM, "Bearer token for the registry.")
                .define(
                        TRUSTSTORE,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "File with the authorities of the registry's certificate: PKCS #12, JKS or PEM. Empty: those that the JVM trusts.")
                .define(
                        TRUSTSTORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        MEDIUM,
                        "Password of that file; empty for PEM.")
                .define(
                        KEYSTORE,
                        ConfigDef.Type.STRING,
                        "",
                        LOW,
                        "File with the certificate and private key to show to a registry that asks for one: PKCS #12 or JKS.")
                .define(KEYSTORE_PASSWORD, ConfigDef.Type.PASSWORD, "", LOW, "Password of that file and of its key.")
                .define(
                        AUTO_REGISTER,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        MEDIUM,
                        "Whether new schemas are registered; false: only those that the registry has already are written with.")
                .define(
                        TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        TIMEOUT_MS_DEFAULT,
                        ConfigDef.Range.between(1, 600_000),
                        LOW,
                        "For one request to the registry.");
    }

    /**
     * A client as these settings say.
     *
     * @param settings as Kafka gives them: text, or already typed; others than these are not looked at
     * @throws ConfigException which setting is missing or wrong
     */
    public static SchemaRegistryClient client(Map<String, ?> settings) {
        HttpSchemaRegistryClient client =
                new HttpSchemaRegistryClient(urls(settings), auth(settings), timeout(settings), tls(settings));
        return Boolean.parseBoolean(text(settings, AUTO_REGISTER, "true")) ? client : new LookupOnly(client);
    }

    private static List<URI> urls(Map<String, ?> settings) {
        Object value = settings.get(URL);
        List<String> texts = value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : split(text(settings, URL, ""));
        if (texts.isEmpty()) {
            throw new ConfigException("Set '" + URL + "', for example http://localhost:8081");
        }
        return texts.stream().map(RegistrySettings::url).toList();
    }

    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // It may hold a password, which the exception would show.
            throw new ConfigException(URL + " is no URL: " + e.getReason());
        }
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static RegistryAuth auth(Map<String, ?> settings) {
        String token = either(settings, BEARER_TOKEN);
        if (!token.isEmpty()) {
            return new RegistryAuth.Bearer(token);
        }
        String userInfo = either(settings, BASIC_AUTH_USER_INFO);
        String source = either(settings, BASIC_AUTH_SOURCE);
        if (source.isEmpty()) {
            source = userInfo.isEmpty() ? "URL" : "USER_INFO";
        }
        return switch (source) {
            case "URL" -> new RegistryAuth.None();
            case "USER_INFO" -> basic(userInfo);
            default ->
                throw new ConfigException(
                        BASIC_AUTH_SOURCE, source, "use URL, or USER_INFO with " + BASIC_AUTH_USER_INFO);
        };
    }

    private static RegistryAuth basic(String userInfo) {
        int colon = userInfo.indexOf(':');
        if (colon < 1) {
            throw new ConfigException("'" + BASIC_AUTH_USER_INFO + "' is not of the form user:password");
        }
        return new RegistryAuth.Basic(userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }

    private static Duration timeout(Map<String, ?> settings) {
        String text = text(settings, TIMEOUT_MS, String.valueOf(TIMEOUT_MS_DEFAULT));
        try {
            return Duration.ofMillis(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new ConfigException(TIMEOUT_MS, text, "this is no number of milliseconds");
        }
    }

    private static @Nullable SSLContext tls(Map<String, ?> settings) {
        String keys = file(settings, KEYSTORE, KEYSTORE_PASSWORD);
        String trusted = file(settings, TRUSTSTORE, TRUSTSTORE_PASSWORD);
        if (keys.isEmpty() && trusted.isEmpty()) {
            return null;
        }
        try {
            return ClientTls.context(
                    keys.isEmpty()
                            ? null
                            : new KeySource.StoreFile(Path.of(keys), text(settings, KEYSTORE_PASSWORD, "")),
                    trusted.isEmpty()
                            ? null
                            : new TrustSource(Path.of(trusted), text(settings, TRUSTSTORE_PASSWORD, "")));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            ConfigException unusable = new ConfigException(TRUSTSTORE + " or " + KEYSTORE + " cannot be used: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
            unusable.initCause(e);
            throw unusable;
        }
    }

    private static String file(Map<String, ?> settings, String location, String password) {
        String file = text(settings, location, "");
        if (file.isEmpty() && !text(settings, password, "").isEmpty()) {
            throw new ConfigException(password + " is given without " + location);
        }
        return file;
    }

    private static String either(Map<String, ?> settings, String name) {
        String prefixed = text(settings, PREFIX + name, "");
        return prefixed.isEmpty() ? text(settings, name, "") : prefixed;
    }

    private static String text(Map<String, ?> settings, String name, String fallback) {
        Object value = settings.get(name);
        if (value instanceof Password password) {
            return password.value();
        }
        return value == null ? fallback : value.toString().strip();
    }

    /** Finds ids and never adds a schema: for clusters where only the deployment may register. */
    private record LookupOnly(HttpSchemaRegistryClient client) implements SchemaRegistryClient {
        @Override
        public int register(String subject, Schema schema) {
            return client.find(subject, schema);
        }

        @Override
        public Schema schema(int id) {
            return client.schema(id);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
