package dev.freshet.connect.avro;

import dev.freshet.connect.avro.ConverterSettings.Options;
import dev.freshet.schemas.registry.SchemaStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Avro schema of a Connect schema; {@code docs/avro-converter.md} has the whole table.
 *
 * <ul>
 *   <li>Optional is a union with null: null first, or last if there is a default that is not null.
 *   <li>A type with a name (record, enum, fixed) stands in the schema once, however often it is used; what is said of one use alone, its default and doc, stands at
 *       the field then. Two different types of one name are refused.
 *   <li>A default is the Avro field's where every reader would understand it, and in any case a property.
 * </ul>
 *
 * <p>One object per schema, not thread-safe.
 */
final class ToAvro {
    private static final Map<String, String> LOGICAL_TYPES = Map.of(
            Date.LOGICAL_NAME, "date", Time.LOGICAL_NAME, "time-millis", Timestamp.LOGICAL_NAME, "timestamp-millis");

    private final Options options;
    private final AvroNames names;
    private final ValueCodecs codecs;
    private final Map<String, org.apache.avro.Schema> named = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int unnamed;
    private int entries;

    private ToAvro(Options options) {
        this.options = options;
        this.names = new AvroNames(options.scrub());
        this.codecs = new ValueCodecs(options);
    }

    /** @throws DataException if Avro has no such schema; the message says what to do */
    static org.apache.avro.Schema schema(Schema connect, Options options) {
        try {
            org.apache.avro.Schema schema = new ToAvro(options).type(connect, false);
            // As the registry will give it back, numbers in properties included.
            return SchemaStore.parse(schema.toString());
        } catch (AvroRuntimeException e) {
            throw new DataException("Avro has no such schema: " + e.getMessage(), e);
        }
    }

    /** @param field whether it is a field's type, which has a place for what is said of this use alone */
    private org.apache.avro.Schema type(Schema connect, boolean field) {
        List<org.apache.avro.Schema> types =
                new ArrayList<>(ValueCodecs.isUnion(connect) ? members(connect) : List.of(base(connect, field)));
        if (connect.isOptional()) {
            org.apache.avro.Schema none = org.apache.avro.Schema.create(org.apache.avro.Schema.Type.NULL);
            types.add(connect.defaultValue() == null ? 0 : types.size(), none);
        } else if (!ValueCodecs.isUnion(connect)) {
            return types.get(0);
        }
        return org.apache.avro.Schema.createUnion(types);
    }

    private List<org.apache.avro.Schema> members(Schema connect) {
        // Members are optional in the struct that stands for the union, and are not in the union.
        List<org.apache.avro.Schema> members = new ArrayList<>();
        for (Field member : connect.fields()) {
            if (ValueCodecs.isUnion(member.schema())) {
                throw new DataException(
                        "The member '" + member.name() + "' of a union is a union, which Avro does not allow");
            }
            members.add(base(member.schema(), false));
        }
        return members;
    }

    private org.apache.avro.Schema base(Schema connect, boolean field) {
        return switch (connect.type()) {
            case INT8 -> annotated(ofInt(AvroProperties.INT8), connect, field);
            case INT16 -> annotated(ofInt(AvroProperties.INT16), connect, field);
            case INT32 -> annotated(primitive(org.apache.avro.Schema.Type.INT, connect), connect, field);
            case INT64 -> annotated(primitive(org.apache.avro.Schema.Type.LONG, connect), connect, field);
            case FLOAT32 -> annotated(primitive(org.apache.avro.Schema.Type.FLOAT, connect), connect, field);
            case FLOAT64 -> annotated(primitive(org.apache.avro.Schema.Type.DOUBLE, connect), connect, field);
            case BOOLEAN -> annotated(primitive(org.apache.avro.Schema.Type.BOOLEAN, connect), connect, field);
            case STRING -> text(connect, field);
            case BYTES -> bytes(connect, field);
            case ARRAY ->
                annotated(org.apache.avro.Schema.createArray(type(connect.valueSchema(), false)), connect, field);
            case MAP -> map(connect, field);
            case STRUCT -> record(connect, field);
        };
    }

    private static org.apache.avro.Schema ofInt(String connectType) {
        org.apache.avro.Schema schema = org.apache.avro.Schema.create(org.apache.avro.Schema.Type.INT);
        schema.addProp(AvroProperties.TYPE, connectType);
        return schema;
    }

    private static org.apache.avro.Schema primitive(org.apache.avro.Schema.Type type, Schema connect) {
        org.apache.avro.Schema schema = org.apache.avro.Schema.create(type);
        String logical = AvroProperties.parameter(connect, AvroProperties.LOGICAL_PARAMETER);
        if (logical == null && connect.name() != null) {
            logical = LOGICAL_TYPES.get(connect.name());
        }
        if (logical != null) {
            schema.addProp(AvroProperties.LOGICAL, logical);
        }
        return schema;
    }

    private org.apache.avro.Schema text(Schema connect, boolean field) {
        String enumName = AvroProperties.parameter(connect, AvroProperties.ENUM);
        if (enumName == null) {
            return annotated(primitive(org.apache.avro.Schema.Type.STRING, connect), connect, field);
        }
        List<String> symbols = connect.parameters().entrySet().stream()
                .filter(parameter -> parameter.getKey().startsWith(AvroProperties.ENUM + "."))
                .map(Map.Entry::getValue)
                .toList();
        return shared(
                org.apache.avro.Schema.createEnum(names.full(enumName), doc(connect, field), null, symbols),
                connect,
                field);
    }

    private org.apache.avro.Schema bytes(Schema connect, boolean field) {
        String size = AvroProperties.parameter(connect, AvroProperties.FIXED_SIZE);
        org.apache.avro.Schema schema;
        if (size == null) {
            schema = primitive(org.apache.avro.Schema.Type.BYTES, connect);
        } else {
            String name = AvroProperties.parameter(connect, AvroProperties.FIXED_NAME);
            schema = org.apache.avro.Schema.createFixed(
                    name == null ? unnamed() : names.full(name),
                    doc(connect, field),
                    null,
                    number(AvroProperties.FIXED_SIZE, size));
            String logical = AvroProperties.parameter(connect, AvroProperties.LOGICAL_PARAMETER);
            if (logical != null) {
                schema.addProp(AvroProperties.LOGICAL, logical);
            }
        }
        if (Decimal.LOGICAL_NAME.equals(connect.name())) {
            annotateDecimal(schema, connect);
        }
        return size == null ? annotated(schema, connect, field) : shared(schema, connect, field);
    }

    /** Avro has no negative scale: such a decimal is one for Connect only. */
    private static void annotateDecimal(org.apache.avro.Schema schema, Schema connect) {
        String given = AvroProperties.parameter(connect, Decimal.SCALE_FIELD);
        if (given == null) {
            throw new DataException("A decimal needs the parameter '" + Decimal.SCALE_FIELD + "'");
        }
        int scale = number(Decimal.SCALE_FIELD, given);
        String precision = AvroProperties.parameter(connect, AvroProperties.DECIMAL_PRECISION);
        if (scale >= 0) {
            schema.addProp(AvroProperties.LOGICAL, "decimal");
            schema.addProp(AvroProperties.SCALE, (Object) scale);
            schema.addProp(AvroProperties.PRECISION, (Object)
                    (precision == null
                            ? Math.max(scale, AvroProperties.DECIMAL_PRECISION_DEFAULT)
                            : number(AvroProperties.DECIMAL_PRECISION, precision)));
        }
    }

    private org.apache.avro.Schema map(Schema connect, boolean field) {
        Schema key = connect.keySchema();
        if (key.type() == Schema.Type.STRING && !key.isOptional()) {
            return annotated(org.apache.avro.Schema.createMap(type(connect.valueSchema(), false)), connect, field);
        }
        entries++;
        org.apache.avro.Schema entry = org.apache.avro.Schema.createRecord(
                AvroProperties.MAP_ENTRY + (entries == 1 ? "" : String.valueOf(entries)),
                null,
                AvroProperties.NAMESPACE,
                false,
                List.of(
                        new org.apache.avro.Schema.Field(AvroProperties.ENTRY_KEY, type(key, false)),
                        new org.apache.avro.Schema.Field(
                                AvroProperties.ENTRY_VALUE, type(connect.valueSchema(), false))));
        entry.addProp(AvroProperties.INTERNAL_TYPE, AvroProperties.MAP_ENTRY);
        return annotated(org.apache.avro.Schema.createArray(entry), connect, field);
    }

    private org.apache.avro.Schema record(Schema connect, boolean field) {
        String name = connect.name() == null ? unnamed() : names.full(connect.name());
        if (!open.add(name)) {
            throw new DataException("The struct '" + name + "' contains itself: recursive schemas are not supported");
        }
        List<org.apache.avro.Schema.Field> fields = new ArrayList<>();
        Set<String> fieldNames = new HashSet<>();
        for (Field each : connect.fields()) {
            org.apache.avro.Schema.Field made = field(each);
            if (!fieldNames.add(made.name())) {
                throw new DataException("Two fields of the struct '" + name + "' would both be '" + made.name()
                        + "' in Avro: rename one");
            }
            fields.add(made);
        }
        open.remove(name);
        return shared(
                org.apache.avro.Schema.createRecord(name, doc(connect, field), null, false, fields), connect, field);
    }

    private org.apache.avro.Schema.Field field(Field field) {
        Schema connect = field.schema();
        org.apache.avro.Schema type = type(connect, true);
        Object datum = defaultDatum(connect, type);
        boolean asAvro = datum != null && AvroDefaults.ofFirstMembers(type, datum);
        Object nothing = connect.isOptional() && connect.defaultValue() == null ? JsonProperties.NULL_VALUE : null;
        org.apache.avro.Schema.Field made = new org.apache.avro.Schema.Field(
                names.field(field.name()), type, connect.doc(), asAvro ? AvroDefaults.json(datum) : nothing);
        if (datum != null && !asAvro && options.metadata()) {
            made.addProp(AvroProperties.DEFAULT, AvroDefaults.json(datum));
        }
        return made;
    }

    private @Nullable Object defaultDatum(Schema connect, org.apache.avro.Schema type) {
        Object value = connect.defaultValue();
        return value == null ? null : codecs.required(connect, type).toAvro(value);
    }

    /** A type with a name, which may be there already. */
    private org.apache.avro.Schema shared(org.apache.avro.Schema made, Schema connect, boolean field) {
        annotate(made, connect, field);
        org.apache.avro.Schema earlier = named.putIfAbsent(made.getFullName(), made);
        if (earlier != null && !earlier.equals(made)) {
            throw new DataException("Two different types have the name '" + made.getFullName()
                    + "', which Avro does not allow: rename one (Connect's SetSchemaMetadata does that)");
        }
        return earlier == null ? made : earlier;
    }

    private org.apache.avro.Schema annotated(org.apache.avro.Schema made, Schema connect, boolean field) {
        annotate(made, connect, field);
        return made;
    }

    private void annotate(org.apache.avro.Schema made, Schema connect, boolean field) {
        if (!options.metadata()) {
            return;
        }
        if (connect.name() != null) {
            made.addProp(AvroProperties.NAME, connect.name());
        }
        if (connect.version() != null) {
            made.addProp(AvroProperties.VERSION, (Object) connect.version());
        }
        Map<String, String> parameters = AvroProperties.otherParameters(connect);
        if (!parameters.isEmpty()) {
            made.addProp(AvroProperties.PARAMETERS, parameters);
        }
        if (field) {
            return;
        }
        if (connect.doc() != null) {
            made.addProp(AvroProperties.DOC, connect.doc());
        }
        Object datum = defaultDatum(connect, made);
        if (datum != null) {
            made.addProp(AvroProperties.DEFAULT, AvroDefaults.json(datum));
        }
    }

    /** What a named type says of itself; of one use of it the field says it. */
    private static @Nullable String doc(Schema connect, boolean field) {
        return field ? null : connect.doc();
    }

    private String unnamed() {
        unnamed++;
        return AvroProperties.NAMESPACE + "." + AvroProperties.DEFAULT_RECORD
                + (unnamed == 1 ? "" : String.valueOf(unnamed));
    }

    private static int number(String parameter, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new DataException("The parameter '" + parameter + "' is '" + text + "', which is no number", e);
        }
    }
}
