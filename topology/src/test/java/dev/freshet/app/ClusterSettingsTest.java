package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.search.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSettingsTest {
    private static final String SECRET = "sixteen-letters!";

    private static ClusterSettings settings(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>(Map.of(
                FreshetConfig.BOOTSTRAP_SERVERS,
                "127.0.0.1:9092",
                FreshetConfig.REGISTRY_URL,
                "http://127.0.0.1:8081"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return ClusterSettings.of(new FreshetConfig(settings));
    }

    @Test
    void shouldBeReachedWhereItListensUnlessToldOtherwise() {
        ClusterSettings defaults = settings();

        assertThat(defaults.self(4711)).isEqualTo(new Node("127.0.0.1", 4711));
        assertThat(defaults.secret()).isNull();
        assertThat(defaults.nodes()).isEmpty();
        assertThat(settings(FreshetConfig.HTTP_ADVERTISED_HOST, "one.example", FreshetConfig.HTTP_ADVERTISED_PORT, "80")
                        .self(4711))
                .isEqualTo(new Node("one.example", 80));
    }

    @Test
    void shouldWantAnAddressThatOthersCanCall() {
        for (String wildcard : List.of("0.0.0.0", "::", "[::]")) {
            assertThatThrownBy(() -> settings(FreshetConfig.HTTP_HOST, wildcard))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(wildcard)
                    .hasMessageContaining(FreshetConfig.HTTP_ADVERTISED_HOST);
            assertThat(settings(FreshetConfig.HTTP_HOST, wildcard, FreshetConfig.HTTP_ADVERTISED_HOST, "10.0.0.7")
                            .self(1))
                    .isEqualTo(new Node("10.0.0.7", 1));
        }
    }

    @Test
    void shouldWantAHostOfWhichAUrlCanBeMade() {
        for (String host : List.of("my_host", "a b", "a/b", "[", "-", "user@host", "host:")) {
            assertThatThrownBy(() -> settings(FreshetConfig.HTTP_ADVERTISED_HOST, host))
                    .as(host)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(FreshetConfig.HTTP_ADVERTISED_HOST);
        }
        assertThatThrownBy(() -> settings(FreshetConfig.HTTP_HOST, "my_host"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(FreshetConfig.HTTP_HOST + ":")
                .hasMessageContaining(FreshetConfig.HTTP_ADVERTISED_HOST);
        assertThatThrownBy(() -> settings(FreshetConfig.CLUSTER_NODES, "good:80,my_host:80"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(FreshetConfig.CLUSTER_NODES);
        assertThat(settings(FreshetConfig.HTTP_ADVERTISED_HOST, "[fe80::7]").self(80))
                .isEqualTo(new Node("fe80::7", 80));
        assertThat(settings(FreshetConfig.HTTP_HOST, "::1").self(80)).isEqualTo(new Node("::1", 80));
    }

    @Test
    void shouldReadTheSecretFromTheSettingOrAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), SECRET + "\n");

        assertThat(settings(FreshetConfig.CLUSTER_SECRET, SECRET).secret()).isNotNull();
        assertThat(settings(FreshetConfig.CLUSTER_SECRET_FILE, file.toString()).secret())
                .isNotNull();
        assertThatThrownBy(() -> settings(
                        FreshetConfig.CLUSTER_SECRET, SECRET, FreshetConfig.CLUSTER_SECRET_FILE, file.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not both");
        assertThatThrownBy(() -> settings(
                        FreshetConfig.CLUSTER_SECRET_FILE,
                        directory.resolve("none").toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> settings(FreshetConfig.CLUSTER_SECRET_FILE, file.toString()))
                .as("an empty file is no missing one")
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void shouldShowNoSecretWhateverIsWrongWithIt() {
        assertThatThrownBy(() -> settings(FreshetConfig.CLUSTER_SECRET, "guess me"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(FreshetConfig.CLUSTER_SECRET)
                .hasMessageNotContaining("guess me");
        assertThat(settings(FreshetConfig.CLUSTER_SECRET, SECRET).toString()).doesNotContain(SECRET);
    }

    @Test
    void shouldReadTheNamedNodes() {
        assertThat(settings(FreshetConfig.CLUSTER_NODES, "a.example:1, [::1]:65535")
                        .nodes())
                .containsExactly(new Node("a.example", 1), new Node("::1", 65_535));
        for (String wrong : List.of("a.example", "a.example:0", "a.example:65536", ":80", "http//a:b")) {
            assertThatThrownBy(() -> settings(FreshetConfig.CLUSTER_NODES, wrong))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class);
        }
    }
}
