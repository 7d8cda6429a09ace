package dev.freshet.app;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.refresh.PrivacySettings;
import dev.freshet.schemas.privacy.HashKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** What the configuration says of personal data. Every refusal is a {@link ConfigException} that names the setting and holds no secret. */
final class ConfiguredPrivacy {
    private ConfiguredPrivacy() {}

    static PrivacySettings of(FreshetConfig config) {
        boolean detecting = config.getBoolean(FreshetConfig.PRIVACY_DETECTION);
        return new PrivacySettings(hashKey(config), detecting ? config.getInt(FreshetConfig.PRIVACY_SAMPLE_ROWS) : 0);
    }

    /** Refuses to start where columns are to be hashed and there is no key: rows could not be taken. */
    static void requireKey(Catalog catalog, @Nullable HashKey key) {
        List<String> hashing = catalog.datasets().stream()
                .filter(dataset -> dataset.privacy().policies().needsKey())
                .map(Dataset::name)
                .toList();
        if (key == null && !hashing.isEmpty()) {
            throw new ConfigException("Columns of the datasets " + hashing + " are hashed: set "
                    + FreshetConfig.PRIVACY_HASH_KEY + " or " + FreshetConfig.PRIVACY_HASH_KEY_FILE
                    + " to the key that the other processes have");
        }
    }

    private static @Nullable HashKey hashKey(FreshetConfig config) {
        String key = config.getPassword(FreshetConfig.PRIVACY_HASH_KEY).value();
        String file = config.getString(FreshetConfig.PRIVACY_HASH_KEY_FILE);
        if (!key.isEmpty() && !file.isEmpty()) {
            throw new ConfigException("Give " + FreshetConfig.PRIVACY_HASH_KEY + " or "
                    + FreshetConfig.PRIVACY_HASH_KEY_FILE + ", not both");
        }
        if (key.isEmpty() && file.isEmpty()) {
            return null;
        }
        try {
            return new HashKey(
                    file.isEmpty() ? key : Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            throw new ConfigException(
                    FreshetConfig.PRIVACY_HASH_KEY_FILE,
                    file,
                    "cannot be read: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }
}
