package dev.freshet.schemas.serde;

import dev.freshet.schemas.registry.RegistrySettings;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of a serde that Kafka made by class name, but for those of the registry, which {@link RegistrySettings} reads. The names are Confluent's, so
 * that a user may change between this serde and Confluent's own without touching anything else.
 */
final class SerdeSettings {
    static final String VALUE_TYPE = "specific.avro.value.type";
    static final String KEY_TYPE = "specific.avro.key.type";

    private SerdeSettings() {}

    static Class<? extends SpecificRecord> type(Map<String, ?> settings, boolean key) {
        String name = key ? KEY_TYPE : VALUE_TYPE;
        Object value = settings.get(name);
        if (value == null) {
            throw new ConfigException("Set '" + name + "' to the class of the record, for example "
                    + "dev.freshet.schemas.avro.RowChange");
        }
        try {
            Class<?> type = value instanceof Class<?> given ? given : Class.forName(value.toString(), true, loader());
            return type.asSubclass(SpecificRecord.class);
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new ConfigException(name, value, "this is no class of an Avro record on the class path");
        }
    }

    private static @Nullable ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? SerdeSettings.class.getClassLoader() : context;
    }
}
