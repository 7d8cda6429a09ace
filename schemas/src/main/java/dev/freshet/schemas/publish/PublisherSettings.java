package dev.freshet.schemas.publish;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.registry.RegistrySettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link RowPublisher}:
 *
 * <ul>
 *   <li>{@code bootstrap.servers}: the brokers; needed;
 *   <li>{@value #TOPIC}: the rows topic, {@code freshet.rows} by default;
 *   <li>{@value #FORMAT}: {@code avro} (default; needs {@code schema.registry.url} and takes all of {@link RegistrySettings}) or {@code json};
 *   <li>{@value #SYSTEM}: what {@code source.system} of the rows says, {@code producer} by default;
 *   <li>{@value #CLOSE_TIMEOUT_MS}: how long closing waits for what is not acknowledged yet, 30,000 by default;
 *   <li>everything else goes to Kafka's producer: {@code security.protocol}, {@code linger.ms} (5 here), {@code batch.size} (128 KiB here), {@code
 *       compression.type} (lz4 here), {@code buffer.memory}, {@code max.block.ms} (15 s here), {@code delivery.timeout.ms} and so on.
 * </ul>
 *
 * <p>What would lose, double or misplace rows is refused: another {@code acks} than {@code all}, {@code enable.idempotence=false}, a partitioner of one's own,
 * serializers, a {@code transactional.id}.
 *
 * @param registry the settings that say where the registry is
 * @param producer of Kafka's producer, complete
 */
record PublisherSettings(
        String topic,
        Format format,
        String system,
        Duration closeTimeout,
        Map<String, Object> registry,
        Map<String, Object> producer) {
    static final String TOPIC = "rows.topic";
    static final String FORMAT = "rows.format";
    static final String SYSTEM = "rows.source.system";
    static final String CLOSE_TIMEOUT_MS = "rows.close.timeout.ms";

    private static final Set<String> OWN = Set.of(TOPIC, FORMAT, SYSTEM, CLOSE_TIMEOUT_MS);
    private static final Set<String> REFUSED = Set.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * 1024,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            15_000,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            16 * 1024 * 1024);
    private static final Map<String, Object> FIXED =
            Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);

    /** How the values of records are written. The pipeline tells them apart by their first byte. */
    enum Format {
        AVRO,
        JSON
    }

    PublisherSettings {
        requireNonNull(topic, "topic is null");
        requireNonNull(format, "format is null");
        requireNonNull(system, "system is null");
        if (closeTimeout.isNegative()) {
            throw new IllegalArgumentException("closeTimeout is " + closeTimeout + ", negative");
        }
        registry = Map.copyOf(registry);
        producer = Map.copyOf(producer);
    }

    /** @throws ConfigException which setting is missing or wrong */
    static PublisherSettings of(Map<String, ?> settings) {
        Map<String, Object> registry = new HashMap<>();
        Map<String, Object> producer = new HashMap<>(DEFAULTS);
        settings.forEach((name, value) -> {
            if (value == null) {
                return;
            }
            if (RegistrySettings.NAMES.contains(name)) {
                registry.put(name, value);
            } else if (!OWN.contains(name)) {
                requireHarmless(name, value);
                producer.put(name, value);
            }
        });
        producer.putAll(FIXED);
        if (text(settings, ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "").isEmpty()) {
            throw new ConfigException(
                    "Set '" + ProducerConfig.BOOTSTRAP_SERVERS_CONFIG + "', for example localhost:9092");
        }
        Format format = format(text(settings, FORMAT, "avro"));
        if (format == Format.AVRO && !registry.containsKey(RegistrySettings.URL)) {
            throw new ConfigException("Rows in Avro need a schema registry: set '" + RegistrySettings.URL + "', or '"
                    + FORMAT + "' to json");
        }
        return new PublisherSettings(
                text(settings, TOPIC, new TopicNames("freshet").rows()),
                format,
                text(settings, SYSTEM, "producer"),
                closeTimeout(text(settings, CLOSE_TIMEOUT_MS, "30000")),
                registry,
                producer);
    }

    private static void requireHarmless(String name, @Nullable Object value) {
        if (REFUSED.contains(name)) {
            throw new ConfigException(
                    "'" + name + "' cannot be set: rows are placed and written as Freshet reads them");
        }
        String given = String.valueOf(value).toLowerCase(Locale.ROOT);
        boolean same =
                !name.equals(ProducerConfig.ACKS_CONFIG) || Set.of("all", "-1").contains(given);
        boolean idempotent = !name.equals(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG) || given.equals("true");
        if (!same || !idempotent) {
            throw new ConfigException(name, value, "rows would be lost or written twice; leave it out");
        }
    }

    private static Format format(String name) {
        return Arrays.stream(Format.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigException(FORMAT, name, "use avro or json"));
    }

    private static Duration closeTimeout(String text) {
        try {
            return Duration.ofMillis(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw new ConfigException(CLOSE_TIMEOUT_MS, text, "this is no number of milliseconds");
        }
    }

    private static String text(Map<String, ?> settings, String name, String fallback) {
        Object value = settings.get(name);
        return value == null ? fallback : value.toString().strip();
    }
}
