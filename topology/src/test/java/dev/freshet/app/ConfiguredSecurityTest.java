package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestCertificates;
import dev.freshet.http.HttpSecurity;
import dev.freshet.http.ServerTls.ClientCertificates;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.KeysFile;
import dev.freshet.search.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class ConfiguredSecurityTest {
    private static final String ADMIN_KEY = "canary-canary-canary-canary";

    private Path directory;

    private String store;
    private String trust;
    private String keys;

    @BeforeAll
    void make(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path keyStore = TestCertificates.keyStore(directory.resolve("server.p12"), "server");
        store = keyStore.toString();
        trust = TestCertificates.certificate(keyStore, directory.resolve("trust.pem"))
                .toString();
        KeysFile file = new KeysFile(directory.resolve("keys"));
        file.add(KeyEntry.of("reader", KeyRole.READ, null, "key-read"));
        keys = file.path().toString();
    }

    @Test
    void shouldAskNobodyOnLoopbackUnlessTold() {
        for (String host : List.of("127.0.0.1", "localhost", "::1", "127.9.9.9")) {
            HttpSecurity security = http("http.host", host);
            assertThat(security.authenticated()).isFalse();
            assertThat(security.scheme()).isEqualTo("http");
        }
        assertThat(security().nodes()).isNull();
        assertThat(security().registry()).isNull();
    }

    @Test
    void shouldRefuseAnAddressThatOthersCanReachWithoutTlsAndAuthentication() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            assertThatThrownBy(() -> http("http.host", host))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("http.host=" + host)
                    .hasMessageContaining("http.tls.keystore")
                    .hasMessageContaining("http.api.keys.file")
                    .hasMessageContaining("http.insecure.public.bind=true");
            assertThatThrownBy(() -> http("http.host", host, "http.api.keys.file", keys))
                    .isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> http(
                            "http.host",
                            host,
                            "http.tls.keystore",
                            store,
                            "http.tls.keystore.password",
                            TestCertificates.PASSWORD))
                    .isInstanceOf(ConfigException.class);
            assertThat(http("http.host", host, "http.insecure.public.bind", "true")
                            .authenticated())
                    .isFalse();
        }
    }

    @Test
    void shouldServeOthersWithTlsAndKeysOrCertificates() {
        Map<String, String> tls = new HashMap<>(Map.of(
                "http.host",
                "0.0.0.0",
                "http.tls.keystore",
                store,
                "http.tls.keystore.password",
                TestCertificates.PASSWORD));
        tls.put("http.api.keys.file", keys);
        HttpSecurity security = new ConfiguredSecurity(config(tls)).http();
        assertThat(security.scheme()).isEqualTo("https");
        assertThat(security.keys().find("key-read")).isPresent();
        assertThat(security.keys().find(ADMIN_KEY)).isEmpty();

        tls.put("http.admin.key", ADMIN_KEY);
        assertThat(new ConfiguredSecurity(config(tls)).http().keys().find(ADMIN_KEY))
                .isPresent();
        tls.remove("http.api.keys.file");
        assertThat(new ConfiguredSecurity(config(tls)).http().authenticated()).isTrue();

        tls.remove("http.admin.key");
        tls.put("http.tls.client.auth", "required");
        tls.put("http.tls.truststore", trust);
        HttpSecurity mutual = new ConfiguredSecurity(config(tls)).http();
        assertThat(mutual.authenticated()).isTrue();
        assertThat(mutual.keys().required()).isFalse();
        assertThat(mutual.tls()).isNotNull().extracting("clients").isEqualTo(ClientCertificates.REQUIRED);
        assertThat(new ConfiguredSecurity(config(tls)).nodes()).isNotNull();

        tls.put("http.tls.client.auth", "want");
        assertThatThrownBy(() -> new ConfiguredSecurity(config(tls)).http())
                .as("a certificate that is only wanted proves nothing")
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void shouldRefuseWhatDoesNotFitTogether() throws IOException {
        refused("http.admin.key", "http.admin.key", "canary");
        refused("http.admin.key", "http.admin.key", "canary with blanks, and long");
        refused("not both", "http.tls.keystore", store, "http.tls.certificate", trust, "http.tls.key", store);
        refused("http.tls.key, or none", "http.tls.certificate", trust);
        refused("http.tls.keystore.password is given without", "http.tls.keystore.password", "canary");
        refused("need a certificate", "http.tls.truststore", trust);
        refused(
                "needs http.tls.truststore",
                "http.tls.keystore",
                store,
                "http.tls.keystore.password",
                TestCertificates.PASSWORD,
                "http.tls.client.auth",
                "want");
        refused("is wrong", "http.tls.keystore", store, "http.tls.keystore.password", "canary");
        refused(
                "NoSuchFileException",
                "http.api.keys.file",
                directory.resolve("none").toString());
        String broken =
                Files.writeString(directory.resolve("broken"), "fk_canary\n").toString();
        refused("line 1", "http.api.keys.file", broken);
        assertThatThrownBy(() -> security("schema.registry.ssl.truststore.location", broken)
                        .registry())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.ssl.truststore.location");
        assertThat(security("schema.registry.ssl.truststore.location", trust).registry())
                .isNotNull();
    }

    @Test
    void shouldGiveEveryClientOfKafkaItsSecurity() {
        Map<String, String> given = Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required;",
                "ssl.truststore.location", trust,
                "ssl.truststore.type", "PEM",
                "ssl.keystore.password", "canary");
        Map<String, String> settings = new HashMap<>();
        given.forEach((name, value) -> settings.put("kafka." + name, value));
        FreshetConfig config = config(settings);
        assertThat(config.kafkaClient()).containsAllEntriesOf(given);
        StreamsSettings streams = new StreamsSettings(config, new Node("127.0.0.1", 3110));
        for (Properties properties : List.of(streams.catalog(), streams.refresh(), streams.search())) {
            StreamsConfig application = new StreamsConfig(properties);
            for (Map<String, Object> client : List.of(
                    application.getMainConsumerConfigs("group", "client", 0),
                    application.getRestoreConsumerConfigs("client"),
                    application.getGlobalConsumerConfigs("client"),
                    application.getProducerConfigs("client"),
                    application.getAdminConfigs("client"))) {
                given.forEach((name, value) ->
                        assertThat(text(client.get(name))).as(name).isEqualTo(value));
            }
        }
    }

    private static String text(@Nullable Object value) {
        return value instanceof Password password ? password.value() : String.valueOf(value);
    }

    private void refused(String message, String... settings) {
        assertThatThrownBy(() -> http(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("canary");
    }

    private static HttpSecurity http(String... settings) {
        return security(settings).http();
    }

    private static ConfiguredSecurity security(String... settings) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return new ConfiguredSecurity(config(map));
    }

    private static FreshetConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap.servers", "broker:9092");
        all.put("schema.registry.url", "http://registry:8081");
        return new FreshetConfig(all);
    }
}
