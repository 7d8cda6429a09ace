package dev.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Default values: Avro keeps them as JSON in the schema, and this turns generic data into what Avro's schemas take for JSON, and back. */
final class AvroDefaults {
    private static final GenericData DATA = new GenericData();

    private AvroDefaults() {}

    /**
     * A datum as a default value. Bytes become {@code byte[]}, which Avro writes as a string of as many characters.
     *
     * @throws DataException if JSON cannot have it: a number that is not finite
     */
    static Object json(@Nullable Object datum) {
        if (datum == null) {
            return JsonProperties.NULL_VALUE;
        }
        if (datum instanceof IndexedRecord record) {
            Map<String, Object> fields = new LinkedHashMap<>();
            record.getSchema().getFields().forEach(field -> fields.put(field.name(), json(record.get(field.pos()))));
            return fields;
        }
        if (datum instanceof Map<?, ?> map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            map.forEach((key, value) -> entries.put(String.valueOf(key), json(value)));
            return entries;
        }
        if (datum instanceof Collection<?> elements) {
            List<Object> array = new ArrayList<>();
            elements.forEach(element -> array.add(json(element)));
            return array;
        }
        if (datum instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (datum instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        if (datum instanceof Number number && !Double.isFinite(number.doubleValue())) {
            throw new DataException("a default of " + number + " cannot stand in an Avro schema");
        }
        return datum instanceof Number || datum instanceof Boolean ? datum : datum.toString();
    }

    /**
     * Whether a datum can be the default of a field for every reader: wherever a union is, it is of the first member. Newer ones would understand the others too.
     */
    static boolean ofFirstMembers(Schema schema, @Nullable Object datum) {
        if (schema.getType() == Schema.Type.UNION) {
            Schema first = schema.getTypes().get(0);
            return DATA.resolveUnion(schema, datum) == 0 && ofFirstMembers(first, datum);
        }
        if (datum instanceof IndexedRecord record) {
            return schema.getFields().stream()
                    .allMatch(field -> ofFirstMembers(field.schema(), record.get(field.pos())));
        }
        if (datum instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(value -> ofFirstMembers(schema.getValueType(), value));
        }
        if (datum instanceof Collection<?> elements) {
            return elements.stream().allMatch(element -> ofFirstMembers(schema.getElementType(), element));
        }
        return true;
    }

    /** The default of a field, or null if it has none or null is it. */
    static @Nullable Object ofField(Schema.Field field) {
        if (!field.hasDefaultValue()) {
            return null;
        }
        try {
            Object json = field.defaultVal();
            // Avro gives nothing at all where the default is of a later member of a union, and knows better when it is
            // asked for the datum.
            return json == null ? DATA.getDefaultValue(field) : datum(field.schema(), json);
        } catch (DataException | AvroRuntimeException e) {
            throw new DataException(
                    "the default of the field '" + field.name() + "' is not of its type: " + e.getMessage(), e);
        }
    }

    /**
     * What a property holds, as a datum of a schema.
     *
     * @param json as {@link Schema#getObjectProp} gives it
     */
    static @Nullable Object ofProperty(Schema schema, Object json) {
        try {
            return datum(schema, json);
        } catch (DataException e) {
            throw new DataException(
                    "the property " + AvroProperties.DEFAULT + " of '" + schema.getFullName() + "' is not of its type: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * JSON as a datum. Avro's own decoder is not asked: it takes null for an empty array or map where one of these is the first member of a union.
     *
     * @param json of a field's default or of a property: bytes come as {@code byte[]} or as a string, null as Avro's mark for it
     */
    private static @Nullable Object datum(Schema schema, @Nullable Object json) {
        return switch (schema.getType()) {
            case NULL -> {
                if (!isNull(json)) {
                    throw unfit(schema, json);
                }
                yield null;
            }
            case UNION -> ofMember(schema, json);
            case RECORD -> record(schema, as(Map.class, schema, json));
            case ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (Object element : (Collection<?>) as(Collection.class, schema, json)) {
                    elements.add(datum(schema.getElementType(), element));
                }
                yield elements;
            }
            case MAP -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                ((Map<?, ?>) as(Map.class, schema, json))
                        .forEach((key, value) -> entries.put(String.valueOf(key), datum(schema.getValueType(), value)));
                yield entries;
            }
            case ENUM -> new GenericData.EnumSymbol(schema, symbol(schema, as(String.class, schema, json)));
            case FIXED -> fixed(schema, bytes(schema, json));
            case BYTES -> ByteBuffer.wrap(bytes(schema, json));
            case STRING -> as(String.class, schema, json);
            case BOOLEAN -> as(Boolean.class, schema, json);
            case INT -> (int) whole(schema, json, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(schema, json, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> as(Number.class, schema, json).floatValue();
            case DOUBLE -> as(Number.class, schema, json).doubleValue();
        };
    }

    private static boolean isNull(@Nullable Object json) {
        return json == null || json == JsonProperties.NULL_VALUE;
    }

    /** The first member that the JSON is of. */
    private static @Nullable Object ofMember(Schema union, @Nullable Object json) {
        for (Schema member : union.getTypes()) {
            try {
                return datum(member, json);
            } catch (DataException e) {
                // The next one, then.
            }
        }
        throw unfit(union, json);
    }

    private static GenericData.Record record(Schema schema, Map<?, ?> json) {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            if (json.containsKey(field.name())) {
                record.put(field.pos(), datum(field.schema(), json.get(field.name())));
            } else if (field.hasDefaultValue()) {
                record.put(field.pos(), ofField(field));
            } else {
                throw new DataException("the field '" + field.name() + "' is missing");
            }
        }
        return record;
    }

    private static String symbol(Schema schema, String symbol) {
        if (!schema.hasEnumSymbol(symbol)) {
            throw unfit(schema, symbol);
        }
        return symbol;
    }

    private static GenericData.Fixed fixed(Schema schema, byte[] bytes) {
        if (bytes.length != schema.getFixedSize()) {
            throw new DataException(bytes.length + " bytes for '" + schema.getFullName() + "'");
        }
        return new GenericData.Fixed(schema, bytes);
    }

    private static byte[] bytes(Schema schema, @Nullable Object json) {
        return json instanceof byte[] bytes
                ? bytes
                : as(String.class, schema, json).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static long whole(Schema schema, @Nullable Object json, long min, long max) {
        if (!(json instanceof Integer) && !(json instanceof Long)) {
            throw unfit(schema, json);
        }
        long number = ((Number) json).longValue();
        if (number < min || number > max) {
            throw unfit(schema, json);
        }
        return number;
    }

    private static <T> T as(Class<T> type, Schema schema, @Nullable Object json) {
        if (!type.isInstance(json)) {
            throw unfit(schema, json);
        }
        return type.cast(json);
    }

    private static DataException unfit(Schema schema, @Nullable Object json) {
        return new DataException(
                (isNull(json) ? "null" : json) + " is no " + schema.getType().getName());
    }
}
