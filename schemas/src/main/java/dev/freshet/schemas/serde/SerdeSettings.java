package dev.freshet.schemas.serde;

import dev.freshet.schemas.registry.HttpSchemaRegistryClient;
import dev.freshet.schemas.registry.RegistryAuth;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of a serde that Kafka made by class name. The names are Confluent's, so that a user may change between this serde
 * and Confluent's own without touching anything else.
 */
final class SerdeSettings {
    static final String URL = "schema.registry.url";
    static final String BASIC_AUTH_SOURCE = "basic.auth.credentials.source";
    static final String BASIC_AUTH_USER_INFO = "basic.auth.user.info";
    static final String BEARER_TOKEN = "bearer.auth.token";
    static final String AUTO_REGISTER = "auto.register.schemas";
    static final String TIMEOUT_MS = "schema.registry.request.timeout.ms";
    static final String VALUE_TYPE = "specific.avro.value.type";
    static final String KEY_TYPE = "specific.avro.key.type";

    private static final int TIMEOUT_MS_DEFAULT = 10_000;

    private SerdeSettings() {}

    static SchemaRegistryClient registry(Map<String, ?> settings) {
        HttpSchemaRegistryClient client =
                new HttpSchemaRegistryClient(urls(settings), auth(settings), timeout(settings));
        return Boolean.parseBoolean(text(settings, AUTO_REGISTER, "true")) ? client : new LookupOnly(client);
    }

    static Class<? extends SpecificRecord> type(Map<String, ?> settings, boolean key) {
        String name = key ? KEY_TYPE : VALUE_TYPE;
        Object value = settings.get(name);
        if (value == null) {
            throw new ConfigException("Set '" + name + "' to the class of the record, for example "
                    + "dev.freshet.schemas.avro.RowChange");
        }
        try {
            Class<?> type = value instanceof Class<?> given ? given : Class.forName(value.toString(), true, loader());
            return type.asSubclass(SpecificRecord.class);
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new ConfigException(name, value, "this is no class of an Avro record on the class path");
        }
    }

    private static List<URI> urls(Map<String, ?> settings) {
        Object value = settings.get(URL);
        List<String> texts = value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : split(text(settings, URL, ""));
        if (texts.isEmpty()) {
            throw new ConfigException("Set '" + URL + "', for example http://localhost:8081");
        }
        return texts.stream().map(URI::create).toList();
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static RegistryAuth auth(Map<String, ?> settings) {
        String token = text(settings, BEARER_TOKEN, "");
        if (!token.isEmpty()) {
            return new RegistryAuth.Bearer(token);
        }
        String source = text(settings, BASIC_AUTH_SOURCE, "URL");
        return switch (source) {
            case "URL" -> new RegistryAuth.None();
            case "USER_INFO" -> userInfo(text(settings, BASIC_AUTH_USER_INFO, ""));
            default ->
                throw new ConfigException(
                        BASIC_AUTH_SOURCE, source, "use URL, or USER_INFO with " + BASIC_AUTH_USER_INFO);
        };
    }

    private static RegistryAuth userInfo(String userInfo) {
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

    private static String text(Map<String, ?> settings, String name, String fallback) {
        Object value = settings.get(name);
        if (value instanceof org.apache.kafka.common.config.types.Password password) {
            return password.value();
        }
        return value == null ? fallback : value.toString().strip();
    }

    private static @Nullable ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? SerdeSettings.class.getClassLoader() : context;
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
