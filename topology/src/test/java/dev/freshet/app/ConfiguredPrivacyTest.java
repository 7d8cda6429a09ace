package dev.freshet.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.DatasetPrivacy;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.refresh.PrivacySettings;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.HashKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredPrivacyTest {
    private static final String SECRET = "canary-0123456789abcdef";

    @Test
    void shouldHaveNoKeyAndDetectUnlessToldOtherwise() {
        PrivacySettings defaults = ConfiguredPrivacy.of(config(Map.of()));
        assertThat(defaults.hashKey()).isNull();
        assertThat(defaults.sampleRows()).isEqualTo(200);
        assertThat(ConfiguredPrivacy.of(config(Map.of("privacy.sample.rows", "7")))
                        .sampleRows())
                .isEqualTo(7);
        assertThat(ConfiguredPrivacy.of(config(Map.of("privacy.detection", "false")))
                        .sampleRows())
                .isZero();
    }

    @Test
    void shouldTakeTheKeyFromTheSettingOrAFile(@TempDir Path directory) throws IOException {
        String hashed = new HashKey(SECRET).hash("text");
        PrivacySettings given = ConfiguredPrivacy.of(config(Map.of("privacy.hash.key", SECRET)));
        assertThat(requireKey(given).hash("text")).isEqualTo(hashed);
        assertThat(given.toString()).doesNotContain("canary");
        assertThat(config(Map.of("privacy.hash.key", SECRET)).values().toString())
                .doesNotContain("canary");

        Path file = Files.writeString(directory.resolve("key"), SECRET + "\n");
        PrivacySettings read = ConfiguredPrivacy.of(config(Map.of("privacy.hash.key.file", file.toString())));
        assertThat(requireKey(read).hash("text")).isEqualTo(hashed);
    }

    private static HashKey requireKey(PrivacySettings settings) {
        return requireNonNull(settings.hashKey());
    }

    @Test
    void shouldRefuseKeysThatCannotBeUsed() {
        refused(Map.of("privacy.hash.key", "canary"), "at least 16");
        refused(Map.of("privacy.hash.key", SECRET, "privacy.hash.key.file", "/f"), "not both");
        refused(Map.of("privacy.hash.key.file", "/no/such/file"), "cannot be read: NoSuchFileException");
    }

    private static void refused(Map<String, String> settings, String why) {
        assertThatThrownBy(() -> ConfiguredPrivacy.of(config(settings)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("privacy.hash.key")
                .hasMessageContaining(why)
                .hasMessageNotContaining("canary");
    }

    @Test
    void shouldRefuseToStartWithoutTheKeyOfDatasetsThatNeedOne() {
        Catalog hashing = catalog("hash");
        assertThatThrownBy(() -> ConfiguredPrivacy.requireKey(hashing, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[people]")
                .hasMessageContaining("privacy.hash.key");
        ConfiguredPrivacy.requireKey(hashing, new HashKey(SECRET));
        ConfiguredPrivacy.requireKey(catalog("mask"), null);
    }

    private static Catalog catalog(String policy) {
        Dataset people = new Dataset(
                1,
                "people",
                List.of("id"),
                List.of("note"),
                null,
                RefreshPolicy.ON_APPEND,
                null,
                null,
                false,
                Instant.EPOCH,
                0,
                null,
                new DatasetPrivacy(ColumnPolicies.parse(Map.of("phone", policy)), List.of()));
        return new Catalog(1, 1, List.of(people), List.of(), List.of());
    }

    private static FreshetConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap.servers", "broker:9092");
        all.put("schema.registry.url", "http://registry:8081");
        return new FreshetConfig(all);
    }
}
