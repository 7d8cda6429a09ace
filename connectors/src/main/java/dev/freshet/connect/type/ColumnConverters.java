package dev.freshet.connect.type;

import static java.util.Map.entry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Finds the converter of a column: by the logical name of its schema where that has a meaning here, else by its Connect type. Names that are not known are
 * those of types whose plain value says all there is to say (UUID, XML, enum, ltree, a vector, …).
 *
 * <p>The names are Debezium 3.5's and Kafka Connect's; docs/source-types.md has the table by type of the database.
 */
public final class ColumnConverters {
    private static final Map<String, Function<Schema, ColumnConverter>> BY_NAME = Map.ofEntries(
            entry(Decimal.LOGICAL_NAME, schema -> Numbers::decimal),
            entry(Date.LOGICAL_NAME, schema -> Times::connectDate),
            entry(Time.LOGICAL_NAME, schema -> Times::connectTime),
            entry(Timestamp.LOGICAL_NAME, schema -> Times::connectTimestamp),
            entry("io.debezium.time.Date", schema -> Times::epochDay),
            entry("io.debezium.time.Time", schema -> Times::milliTime),
            entry("io.debezium.time.MicroTime", schema -> Times::microTime),
            entry("io.debezium.time.NanoTime", schema -> Times::nanoTime),
            entry("io.debezium.time.Timestamp", schema -> Times::milliTimestamp),
            entry("io.debezium.time.MicroTimestamp", schema -> Times::microTimestamp),
            entry("io.debezium.time.NanoTimestamp", schema -> Times::nanoTimestamp),
            entry("io.debezium.time.ZonedTimestamp", schema -> Times::zonedTimestamp),
            entry("io.debezium.time.ZonedTime", schema -> Times::zonedTime),
            entry("io.debezium.time.MicroDuration", schema -> Times::microDuration),
            entry("io.debezium.time.NanoDuration", schema -> Times::nanoDuration),
            entry("io.debezium.data.Json", schema -> Nested::jsonText),
            entry("io.debezium.data.EnumSet", schema -> Nested::enumSet),
            entry("io.debezium.data.Bits", Bits::of),
            entry("io.debezium.data.VariableScaleDecimal", schema -> Numbers::variableScaleDecimal),
            entry("io.debezium.data.geometry.Point", schema -> Geometries::point),
            entry("io.debezium.data.geometry.Geometry", schema -> Geometries::geometry),
            entry("io.debezium.data.geometry.Geography", schema -> Geometries::geometry));

    private static final Map<Schema.Type, Function<Schema, Optional<ColumnConverter>>> BY_TYPE = byType();

    private ColumnConverters() {}

    /** The converter of a column; none for binary data, of which a row keeps nothing, and for arrays and maps of it. */
    public static Optional<ColumnConverter> of(Schema schema) {
        Function<Schema, ColumnConverter> named = schema.name() == null ? null : BY_NAME.get(schema.name());
        return named == null ? byType(schema) : Optional.of(named.apply(schema));
    }

    /**
     * The converter of a column that is part of the key: as {@link #of}, but binary data become hexadecimal digits, because a row without a key is none.
     *
     * @throws IllegalArgumentException for a type that has no text that could be a key
     */
    public static ColumnConverter ofKey(Schema schema) {
        return of(schema).orElseGet(() -> {
            if (schema.type() != Schema.Type.BYTES) {
                throw new IllegalArgumentException("a column of type " + schema.type() + " cannot be part of a key");
            }
            return BinaryData::hex;
        });
    }

    private static Optional<ColumnConverter> byType(Schema schema) {
        return BY_TYPE.getOrDefault(schema.type(), unknown -> Optional.empty()).apply(schema);
    }

    private static Map<Schema.Type, Function<Schema, Optional<ColumnConverter>>> byType() {
        Map<Schema.Type, Function<Schema, Optional<ColumnConverter>>> converters = new EnumMap<>(Schema.Type.class);
        converters.put(Schema.Type.BOOLEAN, schema -> Optional.of(value -> (Boolean) value));
        converters.put(Schema.Type.INT8, schema -> Optional.of(Numbers::integer));
        converters.put(Schema.Type.INT16, schema -> Optional.of(Numbers::integer));
        converters.put(Schema.Type.INT32, schema -> Optional.of(Numbers::integer));
        converters.put(Schema.Type.INT64, schema -> Optional.of(Numbers::integer));
        converters.put(Schema.Type.FLOAT32, schema -> Optional.of(Numbers::single));
        converters.put(Schema.Type.FLOAT64, schema -> Optional.of(Numbers::floating));
        converters.put(
                Schema.Type.STRING,
                schema -> Optional.of(Numbers.isDecimalText(schema) ? Numbers::decimalText : String.class::cast));
        converters.put(Schema.Type.ARRAY, Nested::array);
        converters.put(Schema.Type.MAP, Nested::map);
        converters.put(Schema.Type.STRUCT, Nested::struct);
        return Map.copyOf(converters);
    }
}
