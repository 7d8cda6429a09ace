package dev.freshet.connect.avro;

import dev.freshet.connect.avro.ConverterSettings.Options;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Connect schema of an Avro schema, whoever wrote it; {@code docs/avro-converter.md} has the whole table. One object per schema, not thread-safe.
 */
final class FromAvro {
    private static final Pattern DEFAULT_RECORD =
            Pattern.compile(Pattern.quote(AvroProperties.NAMESPACE + "." + AvroProperties.DEFAULT_RECORD) + "\\d*");

    private final Options options;
    private final ValueCodecs codecs;
    private final Set<String> open = new HashSet<>();

    private FromAvro(Options options) {
        this.options = options;
        this.codecs = new ValueCodecs(options);
    }

    /** @throws DataException if Connect has no such schema; the message says why */
    static Schema schema(org.apache.avro.Schema avro, Options options) {
        return new FromAvro(options).type(avro, null);
    }

    private Schema type(org.apache.avro.Schema avro, org.apache.avro.Schema.@Nullable Field field) {
        List<org.apache.avro.Schema> members = ValueCodecs.members(avro);
        boolean union = avro.getType() == org.apache.avro.Schema.Type.UNION;
        if (members.isEmpty() || avro.getType() == org.apache.avro.Schema.Type.NULL) {
            throw new DataException("Connect has no type whose only value is null");
        }
        SchemaBuilder builder = members.size() == 1 ? of(members.get(0)) : union(members);
        if (union && members.size() < avro.getTypes().size()) {
            builder.optional();
        }
        String doc = doc(members, field);
        if (doc != null) {
            builder.doc(doc);
        }
        Object datum = defaultDatum(avro, members, field);
        if (datum != null) {
            setDefault(builder, codecs.required(builder.build(), avro).toConnect(datum));
        }
        return builder.build();
    }

    private @Nullable String doc(List<org.apache.avro.Schema> members, org.apache.avro.Schema.@Nullable Field field) {
        if (field != null && field.doc() != null) {
            return field.doc();
        }
        if (members.size() > 1) {
            return null;
        }
        org.apache.avro.Schema member = members.get(0);
        String property = options.metadata() ? member.getProp(AvroProperties.DOC) : null;
        return property == null && hasName(member) ? member.getDoc() : property;
    }

    private @Nullable Object defaultDatum(
            org.apache.avro.Schema avro,
            List<org.apache.avro.Schema> members,
            org.apache.avro.Schema.@Nullable Field field) {
        Object datum = field == null ? null : AvroDefaults.ofField(field);
        if (datum != null || !options.metadata()) {
            return datum;
        }
        Object atField = field == null ? null : field.getObjectProp(AvroProperties.DEFAULT);
        if (atField != null) {
            return AvroDefaults.ofProperty(avro, atField);
        }
        Object atType = members.size() == 1 ? members.get(0).getObjectProp(AvroProperties.DEFAULT) : null;
        return atType == null ? null : AvroDefaults.ofProperty(members.get(0), atType);
    }

    /** A builder wants the struct that is its default to be made of itself. */
    private static void setDefault(SchemaBuilder builder, Object value) {
        if (!(value instanceof Struct struct)) {
            builder.defaultValue(value);
            return;
        }
        Struct own = new Struct(builder);
        builder.fields().forEach(field -> own.put(field, struct.getWithoutDefault(field.name())));
        builder.defaultValue(own);
    }

    private SchemaBuilder of(org.apache.avro.Schema avro) {
        SchemaBuilder builder = plain(avro);
        Map<String, String> parameters = new LinkedHashMap<>();
        String name = options.metadata() ? avro.getProp(AvroProperties.NAME) : null;
        Integer version = options.metadata() ? version(avro) : null;
        if (options.metadata()) {
            parameters.putAll(parameters(avro));
        }
        String logical = logicalName(avro);
        if (name == null && logical != null) {
            name = logical;
            version = version == null ? Integer.valueOf(1) : version;
        }
        if (name == null && avro.getType() == org.apache.avro.Schema.Type.RECORD) {
            name = DEFAULT_RECORD.matcher(avro.getFullName()).matches() ? null : avro.getFullName();
        }
        parameters.putAll(ownParameters(avro, name));
        if (name != null) {
            builder.name(name);
        }
        if (version != null) {
            builder.version(version);
        }
        return builder.parameters(parameters);
    }

    private SchemaBuilder plain(org.apache.avro.Schema avro) {
        return switch (avro.getType()) {
            case INT -> ofInt(avro.getProp(AvroProperties.TYPE));
            case LONG -> SchemaBuilder.int64();
            case FLOAT -> SchemaBuilder.float32();
            case DOUBLE -> SchemaBuilder.float64();
            case BOOLEAN -> SchemaBuilder.bool();
            case STRING, ENUM -> SchemaBuilder.string();
            case BYTES, FIXED -> SchemaBuilder.bytes();
            case ARRAY ->
                isEntries(avro) ? map(avro.getElementType()) : SchemaBuilder.array(type(avro.getElementType(), null));
            case MAP -> SchemaBuilder.map(Schema.STRING_SCHEMA, type(avro.getValueType(), null));
            case RECORD -> struct(avro);
            case UNION, NULL -> throw new DataException("Connect has no type for " + avro + " inside of a union");
        };
    }

    private static SchemaBuilder ofInt(@Nullable String connectType) {
        if (AvroProperties.INT8.equals(connectType)) {
            return SchemaBuilder.int8();
        }
        return AvroProperties.INT16.equals(connectType) ? SchemaBuilder.int16() : SchemaBuilder.int32();
    }

    private SchemaBuilder struct(org.apache.avro.Schema avro) {
        if (!open.add(avro.getFullName())) {
            throw new DataException(
                    "The record '" + avro.getFullName() + "' contains itself: recursive schemas are not supported");
        }
        SchemaBuilder builder = SchemaBuilder.struct();
        avro.getFields().forEach(field -> builder.field(field.name(), type(field.schema(), field)));
        open.remove(avro.getFullName());
        return builder;
    }

    private static boolean isEntries(org.apache.avro.Schema array) {
        org.apache.avro.Schema entry = array.getElementType();
        return entry.getType() == org.apache.avro.Schema.Type.RECORD
                && (AvroProperties.MAP_ENTRY.equals(entry.getProp(AvroProperties.INTERNAL_TYPE))
                        || entry.getFullName().equals(AvroProperties.NAMESPACE + "." + AvroProperties.MAP_ENTRY))
                && entry.getFields().size() == 2
                && entry.getFields().get(0).name().equals(AvroProperties.ENTRY_KEY)
                && entry.getFields().get(1).name().equals(AvroProperties.ENTRY_VALUE);
    }

    private SchemaBuilder map(org.apache.avro.Schema entry) {
        return SchemaBuilder.map(
                type(entry.getFields().get(0).schema(), null),
                type(entry.getFields().get(1).schema(), null));
    }

    private SchemaBuilder union(List<org.apache.avro.Schema> members) {
        Map<String, Integer> uses = new HashMap<>();
        members.forEach(member -> uses.merge(shortName(member), 1, Integer::sum));
        SchemaBuilder builder = SchemaBuilder.struct().name(AvroProperties.UNION);
        for (org.apache.avro.Schema member : members) {
            String name = shortName(member);
            builder.field(
                    uses.getOrDefault(name, 0) > 1 ? member.getFullName() : name,
                    of(member).optional().build());
        }
        return builder;
    }

    /** What a member of a union is called in the struct that stands for it: its type, or its name without the namespace. */
    private static String shortName(org.apache.avro.Schema member) {
        return hasName(member) ? member.getName() : member.getType().getName();
    }

    private static boolean hasName(org.apache.avro.Schema avro) {
        return switch (avro.getType()) {
            case RECORD, ENUM, FIXED -> true;
            case ARRAY, MAP, UNION, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> false;
        };
    }

    /** The name of Connect's type for an Avro logical type, or null where there is none. */
    private static @Nullable String logicalName(org.apache.avro.Schema avro) {
        String logical = avro.getProp(AvroProperties.LOGICAL);
        if (logical == null) {
            return null;
        }
        return switch (avro.getType()) {
            case INT ->
                logical.equals("date") ? Date.LOGICAL_NAME : logical.equals("time-millis") ? Time.LOGICAL_NAME : null;
            case LONG -> logical.equals("timestamp-millis") ? Timestamp.LOGICAL_NAME : null;
            case BYTES, FIXED -> decimal(avro) == null ? null : Decimal.LOGICAL_NAME;
            case RECORD, ENUM, ARRAY, MAP, UNION, STRING, FLOAT, DOUBLE, BOOLEAN, NULL -> null;
        };
    }

    private static LogicalTypes.@Nullable Decimal decimal(org.apache.avro.Schema avro) {
        return LogicalTypes.fromSchemaIgnoreInvalid(avro) instanceof LogicalTypes.Decimal decimal ? decimal : null;
    }

    private static @Nullable Integer version(org.apache.avro.Schema avro) {
        return avro.getObjectProp(AvroProperties.VERSION) instanceof Number number ? (Integer) number.intValue() : null;
    }

    private static Map<String, String> parameters(org.apache.avro.Schema avro) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (avro.getObjectProp(AvroProperties.PARAMETERS) instanceof Map<?, ?> given) {
            given.forEach((name, value) -> parameters.put(String.valueOf(name), String.valueOf(value)));
        }
        return parameters;
    }

    /** The parameters that stand for what Avro says in its own words. */
    private static Map<String, String> ownParameters(org.apache.avro.Schema avro, @Nullable String connectName) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (avro.getType() == org.apache.avro.Schema.Type.ENUM) {
            parameters.put(AvroProperties.ENUM, avro.getFullName());
            avro.getEnumSymbols().forEach(symbol -> parameters.put(AvroProperties.ENUM + "." + symbol, symbol));
        }
        if (avro.getType() == org.apache.avro.Schema.Type.FIXED) {
            parameters.put(AvroProperties.FIXED_SIZE, String.valueOf(avro.getFixedSize()));
            if (!DEFAULT_RECORD.matcher(avro.getFullName()).matches()) {
                parameters.put(AvroProperties.FIXED_NAME, avro.getFullName());
            }
        }
        String logical = avro.getProp(AvroProperties.LOGICAL);
        String known = logicalName(avro);
        if (logical != null && (known == null || !known.equals(connectName))) {
            parameters.put(AvroProperties.LOGICAL_PARAMETER, logical);
        }
        LogicalTypes.Decimal decimal = decimal(avro);
        if (decimal != null && Decimal.LOGICAL_NAME.equals(connectName)) {
            parameters.put(Decimal.SCALE_FIELD, String.valueOf(decimal.getScale()));
            if (decimal.getPrecision() != AvroProperties.DECIMAL_PRECISION_DEFAULT) {
                parameters.put(AvroProperties.DECIMAL_PRECISION, String.valueOf(decimal.getPrecision()));
            }
        }
        return parameters;
    }
}
