package dev.freshet.schemas.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class PublisherSettingsTest {
    private static Map<String, Object> with(Object... more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", "b:9092", "schema.registry.url", "http://r:8081"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put((String) more[i], more[i + 1]);
        }
        return settings;
    }

    @Test
    void shouldHaveDefaultsThatLoseNothing() {
        PublisherSettings settings = PublisherSettings.of(with());
        assertThat(settings.topic()).isEqualTo("freshet.rows");
        assertThat(settings.format()).isEqualTo(PublisherSettings.Format.AVRO);
        assertThat(settings.system()).isEqualTo("producer");
        assertThat(settings.closeTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.registry()).containsOnlyKeys("schema.registry.url");
        assertThat(settings.producer())
                .containsEntry("bootstrap.servers", "b:9092")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("linger.ms", 5)
                .containsEntry("max.request.size", 16 * 1024 * 1024)
                .doesNotContainKey("schema.registry.url");
    }

    @Test
    void shouldTakeEachSettingToItsPlace() {
        PublisherSettings settings = PublisherSettings.of(with(
                "rows.topic", "shop.rows",
                "rows.format", "json",
                "rows.source.system", "crm",
                "rows.close.timeout.ms", "500",
                "basic.auth.user.info", "ann:pw",
                "linger.ms", "20",
                "acks", "-1",
                "enable.idempotence", "true",
                "security.protocol", "SSL"));
        assertThat(settings.topic()).isEqualTo("shop.rows");
        assertThat(settings.format()).isEqualTo(PublisherSettings.Format.JSON);
        assertThat(settings.system()).isEqualTo("crm");
        assertThat(settings.closeTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.registry()).containsKey("basic.auth.user.info");
        assertThat(settings.producer())
                .containsEntry("linger.ms", "20")
                .containsEntry("acks", "all")
                .containsEntry("security.protocol", "SSL")
                .doesNotContainKeys("rows.topic", "rows.format", "basic.auth.user.info");
    }

    @Test
    void shouldRefuseWhatWouldLoseOrMisplaceRows() {
        refused(with("acks", "1"), "acks");
        refused(with("enable.idempotence", false), "enable.idempotence");
        refused(
                with("partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner"),
                "partitioner.class");
        refused(with("partitioner.ignore.keys", "true"), "partitioner.ignore.keys");
        refused(with("value.serializer", "x"), "value.serializer");
        refused(with("transactional.id", "x"), "transactional.id");
    }

    @Test
    void shouldSayWhichSettingIsMissingOrWrong() {
        refused(Map.of("schema.registry.url", "http://r:8081"), "bootstrap.servers");
        refused(Map.of("bootstrap.servers", "b:9092"), "schema.registry.url");
        refused(with("rows.format", "xml"), "rows.format");
        refused(with("rows.close.timeout.ms", "soon"), "rows.close.timeout.ms");
        assertThat(PublisherSettings.of(Map.of("bootstrap.servers", "b:9092", "rows.format", "json"))
                        .registry())
                .isEmpty();
    }

    private static void refused(Map<String, ?> settings, String part) {
        assertThatThrownBy(() -> PublisherSettings.of(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(part);
    }
}
