package dev.freshet.connect.avro;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.schemas.registry.RegistrySettings;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings of {@link ConfluentAvroConverter}: those of the registry ({@link RegistrySettings}) and these, under Confluent's names. In a worker's or connector's
 * configuration they stand behind {@code key.converter.} and {@code value.converter.}.
 */
final class ConverterSettings extends AbstractConfig {
    static final String METADATA = "connect.meta.data";
    static final String SCRUB = "scrub.invalid.names";
    static final String IGNORE_DEFAULT = "ignore.default.for.nullables";
    static final String CACHE_SIZE = "schemas.cache.config";

    private static final ConfigDef DEFINITION = RegistrySettings.define(new ConfigDef())
            .define(
                    METADATA,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    LOW,
                    "Whether names, versions, docs, defaults and parameters of Connect's schemas stand in the Avro schemas, as connect.… properties.")
            .define(
                    SCRUB,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    MEDIUM,
                    "Whether names that Avro does not allow are changed ('_' for each wrong character) instead of refused.")
            .define(
                    IGNORE_DEFAULT,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    MEDIUM,
                    "Whether a null in an optional field with a default stays null; false: it becomes the default.")
            .define(
                    CACHE_SIZE,
                    ConfigDef.Type.INT,
                    1000,
                    ConfigDef.Range.between(1, 1_000_000),
                    LOW,
                    "How many schemas are kept translated, in each direction.");

    ConverterSettings(Map<String, ?> settings) {
        super(DEFINITION, settings, false);
    }

    static ConfigDef definition() {
        return new ConfigDef(DEFINITION);
    }

    Options options() {
        return new Options(getBoolean(METADATA), getBoolean(SCRUB), getBoolean(IGNORE_DEFAULT));
    }

    int cacheSize() {
        return getInt(CACHE_SIZE);
    }

    /**
     * How schemas and values are translated.
     *
     * @param metadata see {@link #METADATA}
     * @param scrub see {@link #SCRUB}
     * @param keepNull see {@link #IGNORE_DEFAULT}
     */
    record Options(boolean metadata, boolean scrub, boolean keepNull) {}
}
