package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Sends Debezium's heartbeats to one topic for all sources: the key is the source's name, the value <code>{"ts_ms":…}</code> in bytes, for the converters that rows
 * need.
 *
 * <p>Connect saves the position of a source with the records that it has written, and not with those that a transformation drops. A database that is busy with
 * other tables than the captured ones would therefore keep its log for ever, or purge what the source still has to read from. A heartbeat that is written moves
 * the position on.
 *
 * <p>Give it a predicate that only heartbeats pass. Used by one thread at a time, as all transformations are.
 */
public final class HeartbeatTransform<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final String TOPIC = "topic";
    private static final String SOURCE_FIELD = "serverName";
    private static final String TIME_FIELD = "ts_ms";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    TOPIC,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "The topic that heartbeats go to.");

    private String topic = "";

    @Override
    public void configure(Map<String, ?> settings) {
        topic = new AbstractConfig(DEFINITION, settings, false).getString(TOPIC);
    }

    @Override
    public R apply(R record) {
        String source = text(record.key());
        Object time = record.value() instanceof Struct value && value.schema().field(TIME_FIELD) != null
                ? value.get(TIME_FIELD)
                : record.timestamp();
        return record.newRecord(
                topic,
                null,
                Schema.STRING_SCHEMA,
                source == null ? record.topic() : source,
                Schema.BYTES_SCHEMA,
                ("{\"ts_ms\":" + time + "}").getBytes(UTF_8),
                record.timestamp());
    }

    private static @Nullable String text(@Nullable Object key) {
        return key instanceof Struct struct && struct.schema().field(SOURCE_FIELD) != null
                ? struct.getString(SOURCE_FIELD)
                : null;
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public void close() {}
}
