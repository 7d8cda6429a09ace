package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class HeartbeatTransformTest {
    private static final Schema KEY = SchemaBuilder.struct()
            .name("io.debezium.connector.common.ServerNameKey")
            .field("serverName", Schema.STRING_SCHEMA)
            .build();
    private static final Schema VALUE = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Heartbeat")
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();

    @Test
    void aHeartbeatKeepsItsPositionAndGoesToTheTopicOfAll() {
        SourceRecord heartbeat = new SourceRecord(
                Map.of("server", "shop"),
                Map.of("lsn", 42L),
                "__debezium-heartbeat.shop",
                0,
                KEY,
                new Struct(KEY).put("serverName", "shop"),
                VALUE,
                new Struct(VALUE).put("ts_ms", 1_700_000_000_000L));
        SourceRecord sent = transform().apply(heartbeat);
        assertThat(sent.topic()).isEqualTo("freshet-connect-heartbeats");
        assertThat(sent.kafkaPartition()).isNull();
        assertThat(sent.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(sent.key()).isEqualTo("shop");
        assertThat(sent.valueSchema()).isEqualTo(Schema.BYTES_SCHEMA);
        assertThat((byte[]) sent.value()).asString(UTF_8).isEqualTo("{\"ts_ms\":1700000000000}");
        assertThat(sent.sourceOffset()).isEqualTo(Map.of("lsn", 42L));
    }

    @Test
    void whatLooksOtherwiseStillMovesThePosition() {
        SourceRecord odd = new SourceRecord(Map.of(), Map.of(), "hb.shop", 0, null, null, null, null);
        SourceRecord sent = transform().apply(odd);
        assertThat(sent.key()).isEqualTo("hb.shop");
        assertThat((byte[]) sent.value()).asString(UTF_8).isEqualTo("{\"ts_ms\":null}");
    }

    @Test
    void needsATopic() {
        try (HeartbeatTransform<SourceRecord> transform = new HeartbeatTransform<>()) {
            assertThatThrownBy(() -> transform.configure(Map.of()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("topic");
        }
    }

    private static HeartbeatTransform<SourceRecord> transform() {
        HeartbeatTransform<SourceRecord> transform = new HeartbeatTransform<>();
        transform.configure(Map.of("topic", "freshet-connect-heartbeats"));
        return transform;
    }
}
