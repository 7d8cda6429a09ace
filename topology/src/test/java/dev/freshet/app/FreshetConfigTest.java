package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.app.FreshetConfig.Role;
import dev.freshet.schemas.registry.RegistryAuth;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class FreshetConfigTest {
    @Test
    void shouldHaveDefaultsForAllButTheAddresses() {
        FreshetConfig config = config(Map.of());
        assertThat(config.topics().rows()).isEqualTo("freshet.rows");
        assertThat(config.getInt(FreshetConfig.PARTITIONS)).isEqualTo(4);
        assertThat(config.getShort(FreshetConfig.REPLICATION)).isEqualTo((short) 3);
        assertThat(config.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(config.getString(FreshetConfig.HTTP_HOST)).isEqualTo("127.0.0.1");
        assertThat(config.getInt(FreshetConfig.HTTP_PORT)).isEqualTo(3110);
        assertThat(config.getInt(FreshetConfig.MAX_ROW_BYTES)).isEqualTo(1024 * 1024);
        assertThat(config.registryAuth()).isInstanceOf(RegistryAuth.None.class);
        assertThat(config.getBoolean(FreshetConfig.NEW_EPOCH)).isFalse();
    }

    @Test
    void shouldTakeEachSetting() {
        FreshetConfig config = config(Map.of(
                "topic.prefix", "other",
                "topic.partitions", "8",
                "topic.replication.factor", "1",
                "roles", "search",
                "http.port", "0",
                "schema.registry.basic.auth.user.info", "user:pass:word",
                "kafka.security.protocol", "SSL"));
        assertThat(config.topics().vectors()).isEqualTo("other.vectors");
        assertThat(config.roles()).containsExactly(Role.SEARCH);
        assertThat(config.registryAuth()).isEqualTo(new RegistryAuth.Basic("user", "pass:word"));
        assertThat(config.kafkaClient())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "broker:9092");
    }

    @Test
    void shouldTellANamedDeserializerWhereTheRegistryIsInConfluentsWords() {
        FreshetConfig config = config(Map.of(
                "rows.deserializer", "com.example.Reader",
                "rows.deserializer.specific.avro.reader", "false",
                "schema.registry.basic.auth.user.info", "user:canary",
                "schema.registry.ssl.truststore.location", "/etc/trust.p12",
                "schema.registry.ssl.truststore.password", "changeit"));
        assertThat(config.rowsDeserializerSettings())
                .containsOnly(
                        Map.entry("schema.registry.url", "http://registry:8081"),
                        Map.entry("basic.auth.credentials.source", "USER_INFO"),
                        Map.entry("basic.auth.user.info", "user:canary"),
                        Map.entry("schema.registry.ssl.truststore.location", "/etc/trust.p12"),
                        Map.entry("schema.registry.ssl.truststore.password", "changeit"),
                        Map.entry("specific.avro.reader", "false"));
        assertThat(config(Map.of("schema.registry.bearer.auth.token", "t")).rowsDeserializerSettings())
                .containsEntry("bearer.auth.token", "t")
                .containsEntry("bearer.auth.credentials.source", "STATIC_TOKEN");
        assertThat(config(Map.of()).getString(FreshetConfig.ROWS_DESERIALIZER)).isEmpty();
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThatThrownBy(() -> new FreshetConfig(Map.of("schema.registry.url", "http://r")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bootstrap.servers");
        assertThatThrownBy(() -> config(Map.of("roles", "search,cook")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cook");
        assertThatThrownBy(() -> config(Map.of("http.prot", "1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.prot");
        assertThatThrownBy(() -> config(Map.of("topic.partitions", "0"))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> config(Map.of(
                        "schema.registry.basic.auth.user.info", "u:p", "schema.registry.bearer.auth.token", "t")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not both");
    }

    @Test
    void shouldNotShowSecrets() {
        FreshetConfig config = config(Map.of("schema.registry.bearer.auth.token", "canary"));
        assertThat(config.values().toString()).doesNotContain("canary");
        assertThat(config.registryAuth().toString()).doesNotContain("canary");
    }

    @Test
    void shouldNotShowSecretsOfUrls() {
        Map<String, String> settings =
                Map.of("bootstrap.servers", "broker:9092", "schema.registry.url", "http://u:canary@a:1,http://b:2");
        assertThat(new FreshetConfig(settings).values().toString())
                .contains("http://[hidden]@a:1, http://b:2")
                .doesNotContain("canary");
        assertThat(new FreshetConfig(settings).registryUrls().get(0).getUserInfo())
                .isEqualTo("u:canary");
        FreshetConfig noUrl = new FreshetConfig(
                Map.of("bootstrap.servers", "broker:9092", "schema.registry.url", "http://u:canary@ a"));
        assertThatThrownBy(noUrl::registryUrls)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url is no URL")
                .hasMessageNotContaining("canary");
    }

    private static FreshetConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap.servers", "broker:9092");
        all.put("schema.registry.url", "http://registry:8081");
        return new FreshetConfig(all);
    }
}
