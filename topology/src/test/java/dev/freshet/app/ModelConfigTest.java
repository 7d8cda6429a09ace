package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.embed.Embedders;
import dev.freshet.embed.MiniLm;
import dev.freshet.embed.remote.RemoteLimits;
import dev.freshet.embed.remote.RemoteModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    private static final Map<String, String> OLLAMA = Map.of(
            "type", "ollama",
            "url", "http://localhost:11434",
            "model", "nomic-embed-text",
            "dimensions", "768",
            "max.tokens", "2048");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static FreshetConfig config(Map<String, String> settings, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap.servers", "broker:9092");
        all.put("schema.registry.url", "http://registry:8081");
        return new FreshetConfig(all, environment::get);
    }

    private static FreshetConfig model(Map<String, String> base, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("models", "m"));
        base.forEach((name, value) -> settings.put("model.m." + name, value));
        more.forEach((name, value) -> settings.put("model.m." + name, value));
        return config(settings, Map.of("KEY", "canary"));
    }

    @Test
    void shouldHaveDefaultsForAllButWhatOnlyTheOperatorKnows() {
        ModelConfig model = model(OLLAMA, Map.of()).models().get(0);
        assertThat(model.limits()).isEqualTo(RemoteLimits.defaults());
        RemoteModel remote = model.remote();
        assertThat(remote.provider()).isEqualTo(RemoteModel.Provider.OLLAMA);
        assertThat(remote.url()).isEqualTo(URI.create("http://localhost:11434"));
        assertThat(remote.requestDimensions()).isFalse();
        assertThat(remote.revision()).isEmpty();
        assertThat(remote.keepAlive()).isEmpty();
        assertThat(remote.charactersPerToken()).isEqualTo(2);
        assertThat(remote.key().toString()).isEqualTo("ApiKey[none]");
    }

    @Test
    void shouldTakeEachSetting() {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("type", "openai"),
                Map.entry("url", "https://api.example/v1/"),
                Map.entry("model", "text-embedding-3-small"),
                Map.entry("dimensions", "512"),
                Map.entry("request.dimensions", "true"),
                Map.entry("max.tokens", "8191"),
                Map.entry("characters.per.token", "1.5"),
                Map.entry("revision", "2026-01"),
                Map.entry("api.key.env", "KEY"),
                Map.entry("batch.texts.max", "100"),
                Map.entry("batch.tokens.max", "200"),
                Map.entry("requests.per.minute", "300"),
                Map.entry("tokens.per.minute", "5000000000"),
                Map.entry("in.flight.max", "7"),
                Map.entry("waiting.texts.max", "64"),
                Map.entry("timeout.ms", "9000"),
                Map.entry("retries", "0"));
        ModelConfig model = model(settings, Map.of()).models().get(0);
        assertThat(model.limits())
                .isEqualTo(new RemoteLimits(100, 200, 300, 5_000_000_000L, 7, 64, Duration.ofSeconds(9), 0));
        RemoteModel remote = model.remote();
        assertThat(remote.name()).isEqualTo("m");
        assertThat(remote.provider()).isEqualTo(RemoteModel.Provider.OPENAI);
        assertThat(remote.url()).isEqualTo(URI.create("https://api.example/v1/"));
        assertThat(remote.model()).isEqualTo("text-embedding-3-small");
        assertThat(remote.dimensions()).isEqualTo(512);
        assertThat(remote.requestDimensions()).isTrue();
        assertThat(remote.maxTokens()).isEqualTo(8191);
        assertThat(remote.charactersPerToken()).isEqualTo(1.5);
        assertThat(remote.revision()).isEqualTo("2026-01");
        assertThat(remote.toString()).contains("the environment variable KEY").doesNotContain("canary");
        assertThat(model(OLLAMA, Map.of("keep.alive", "1h"))
                        .models()
                        .get(0)
                        .remote()
                        .keepAlive())
                .isEqualTo("1h");
    }

    @ParameterizedTest
    @CsvSource({
        "typ, x, Unknown setting 'model.m.typ'",
        "type, gemini, gemini",
        "dimensions, 0, Value must be at least 1",
        "dimensions, 4097, 4096",
        "url, '', 'Missing setting ''model.m.url'''",
        "url, 'http://a b', model.m.url is no URL",
        "url, http://user:canary@host, must have no user",
        "url, http://host/?key=canary, must have no user",
        "url, localhost:11434, must be http",
        "model, '', 'Missing setting ''model.m.model'''",
        "max.tokens, many, max.tokens",
        "api.key.env, NO_SUCH_VARIABLE, is not set",
        "api.key.file, /nowhere/at/all, cannot be read",
        "model.file, x, has no setting 'model.m.model.file'",
        "waiting.texts.max, 63, Value must be at least 64",
        "retries, 11, 10"
    })
    void shouldRefuseWhatCannotBe(String setting, String value, String message) {
        assertThatThrownBy(() -> model(OLLAMA, Map.of(setting, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("canary");
    }

    @Test
    void shouldRefuseSettingsThatWouldHaveNoEffect() {
        Map<String, String> openAi = new HashMap<>(OLLAMA);
        openAi.put("type", "openai");
        assertThatThrownBy(() -> model(openAi, Map.of("keep.alive", "1h")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("model.m.keep.alive");
        assertThatThrownBy(() -> model(OLLAMA, Map.of("api.key.env", "KEY", "api.key.file", "/some/file")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not both");
        assertThatThrownBy(() -> config(Map.of("model.m.type", "ollama"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'models' does not name");
        assertThatThrownBy(() -> config(Map.of("models", "m"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Model m")
                .hasMessageContaining("type");
    }

    @ParameterizedTest
    @CsvSource({"A", "a.b", "all-minilm-l6-v2-q", "'a-b,a_b'", "'a b'"})
    void shouldRefuseNamesThatCannotBe(String names) {
        Map<String, String> settings = new HashMap<>(Map.of("models", names));
        for (String name : names.split(",")) {
            OLLAMA.forEach((setting, value) -> settings.put("model." + name + "." + setting, value));
        }
        assertThatThrownBy(() -> config(settings, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("models");
    }

    @Test
    void shouldTakeModelsFromTheEnvironment() {
        Map<String, String> environment = Map.of(
                "FRESHET_MODEL_OAI_SMALL_API_KEY_FILE", "/run/secrets/key",
                "FRESHET_MODEL_OAI_SMALL_MAX_TOKENS", "8191",
                "FRESHET_MODEL_OTHER_MAX_TOKENS", "1");
        assertThat(ModelVariables.settings("nomic, oai-small", environment::get))
                .isEqualTo(Map.of(
                        "model.oai-small.api.key.file", "/run/secrets/key", "model.oai-small.max.tokens", "8191"));
        assertThat(ModelVariables.settings(null, environment::get)).isEmpty();
    }

    @Test
    void shouldAskNobodyWhenTheModelsAreMade() {
        Map<String, String> unreachable = new HashMap<>(OLLAMA);
        unreachable.put("url", "http://127.0.0.1:1");
        FreshetConfig config = model(unreachable, Map.of());
        assertThat(config.remoteModel("m")).isTrue();
        assertThat(config.remoteModel(Embedders.DEFAULT_MODEL)).isFalse();
        try (Embedders embedders = ConfiguredModels.of(config, new SimpleMeterRegistry(), Clock.systemUTC())) {
            assertThat(embedders.names()).containsExactly(Embedders.DEFAULT_MODEL, "m");
            assertThat(embedders.byName("m").model().dimensions()).isEqualTo(768);
            assertThat(embedders.identify("m")).failsWithin(Duration.ofMinutes(1));
        }
    }

    @Test
    void shouldLoadAnOnnxModelFromFiles() throws IOException {
        Path model = copy("/all-minilm-l6-v2-q.onnx");
        Path tokenizer = copy("/all-minilm-l6-v2-q-tokenizer.json");
        FreshetConfig config = model(
                Map.of(
                        "type", "onnx",
                        "dimensions", "384",
                        "max.tokens", "128",
                        "revision", "mine",
                        "model.file", model.toString(),
                        "tokenizer.file", tokenizer.toString()),
                Map.of());
        assertThat(config.remoteModel("m")).isFalse();
        try (Embedders embedders = ConfiguredModels.of(config, new SimpleMeterRegistry(), Clock.systemUTC())) {
            assertThat(embedders.identify("m").join().version()).isEqualTo("mine");
            assertThat(embedders.identify("m").join().fingerprint())
                    .isEqualTo(MiniLm.files().info().fingerprint());
            assertThat(embedders.byName("m").embedQuery("text").join())
                    .isEqualTo(embedders
                            .byName(Embedders.DEFAULT_MODEL)
                            .embedQuery("text")
                            .join());
        }
    }

    @Test
    void shouldRefuseOnnxFilesThatAreNotThere() {
        Map<String, String> onnx = Map.of("type", "onnx", "dimensions", "384", "max.tokens", "128");
        assertThatThrownBy(() -> model(onnx, Map.of("tokenizer.file", "x")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Missing setting 'model.m.model.file'");
        assertThatThrownBy(() -> model(
                        onnx,
                        Map.of(
                                "tokenizer.file",
                                "x",
                                "model.file",
                                directory.resolve("none").toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("model.m.model.file is " + directory.resolve("none") + ", which cannot be read");
    }

    private Path copy(String resource) throws IOException {
        Path file = directory.resolve(resource.substring(1));
        try (InputStream in = MiniLm.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            Files.copy(in, file);
        }
        return file;
    }
}
