package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerSettingsTest {
    @Test
    void theDefaultsAreAWorkerThatConnectTakes() {
        WorkerSettings settings = new WorkerSettings(Map.of("plugin.path", "/plugins"));
        assertThat(settings.bootstrapServers()).isEqualTo("127.0.0.1:19092");
        assertThat(settings.topics().rows()).isEqualTo("freshet.rows");
        assertThat(settings.restPort()).isEqualTo(8083);
        Map<String, String> connect = settings.connect();
        assertThat(connect)
                .containsEntry("group.id", "freshet-connect")
                .containsEntry("listeners", "http://127.0.0.1:8083")
                .containsEntry("config.storage.topic", "freshet-connect-configs")
                .containsEntry("config.storage.replication.factor", "-1")
                .containsEntry("offset.storage.topic", "freshet-connect-offsets")
                .containsEntry("status.storage.topic", "freshet-connect-status")
                .containsEntry("config.providers", "env,file,directory")
                .containsEntry("topic.creation.enable", "false")
                .containsEntry("plugin.path", "/plugins")
                .doesNotContainKeys("rest.port", "topic.prefix", "topic.replication.factor");
        assertThat(new DistributedConfig(connect).groupId()).isEqualTo("freshet-connect");
    }

    @Test
    void everySettingGoesWhereItBelongs() {
        WorkerSettings settings = new WorkerSettings(Map.of(
                "plugin.path", "/plugins",
                "bootstrap.servers", "k:1",
                "topic.prefix", "test",
                "topic.replication.factor", "3",
                "rest.port", "0",
                "kafka.security.protocol", "SSL",
                "session.timeout.ms", "30000"));
        assertThat(settings.client()).isEqualTo(Map.of("bootstrap.servers", "k:1", "security.protocol", "SSL"));
        assertThat(settings.replicationFactor()).isEqualTo((short) 3);
        assertThat(settings.restPort()).isZero();
        assertThat(settings.connect())
                .containsEntry("bootstrap.servers", "k:1")
                .containsEntry("listeners", "http://127.0.0.1:0")
                .containsEntry("group.id", "test-connect")
                .containsEntry("offset.storage.replication.factor", "3")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("producer.security.protocol", "SSL")
                .containsEntry("consumer.security.protocol", "SSL")
                .containsEntry("admin.security.protocol", "SSL")
                .containsEntry("session.timeout.ms", "30000")
                .doesNotContainKey("kafka.security.protocol");
    }

    @Test
    void referencesReachOurOwnClientResolvedAndConnectAsTheyAre(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("kafka.properties"), "login=canary\n");
        Map.Entry<String, String> variable = System.getenv().entrySet().stream()
                .filter(entry ->
                        entry.getKey().matches("[A-Z_]+") && !entry.getValue().contains("$"))
                .findFirst()
                .orElseThrow();
        Map<String, String> given = Map.of(
                "plugin.path", "/plugins",
                "bootstrap.servers", "${env:" + variable.getKey() + "}",
                "kafka.sasl.jaas.config", "${file:" + file + ":login}",
                "kafka.ssl.keystore.password", "${directory:" + directory + ":kafka.properties}",
                "kafka.client.id", "plain");
        WorkerSettings settings = new WorkerSettings(given);

        assertThat(settings.client())
                .isEqualTo(Map.of(
                        "bootstrap.servers", variable.getValue(),
                        "sasl.jaas.config", "canary",
                        "ssl.keystore.password", "login=canary\n",
                        "client.id", "plain"));
        assertThat(settings.connect())
                .containsEntry("bootstrap.servers", given.get("bootstrap.servers"))
                .containsEntry("sasl.jaas.config", given.get("kafka.sasl.jaas.config"))
                .containsEntry("producer.sasl.jaas.config", given.get("kafka.sasl.jaas.config"));

        Files.delete(file);
        assertThatThrownBy(settings::client).isInstanceOf(ConfigException.class).hasMessageContaining(file.toString());
    }

    @Test
    void namesTheSettingThatIsWrong() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "topic.prefix", "a b", "rest.port", "-1", "topic.replication.factor", "x")
                .entrySet()) {
            assertThatThrownBy(() ->
                            new WorkerSettings(Map.of("plugin.path", "/plugins", wrong.getKey(), wrong.getValue())))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(wrong.getKey());
        }
        assertThatThrownBy(() -> new WorkerSettings(Map.of())).hasMessageContaining("plugin.path");
    }
}
