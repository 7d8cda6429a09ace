package dev.freshet.connect.avro;

import dev.freshet.connect.avro.ConverterSettings.Options;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Makes the codec of a Connect schema and the Avro schema that was made of it, or the other way round. */
final class ValueCodecs {
    private final Options options;

    ValueCodecs(Options options) {
        this.options = options;
    }

    /** Of two schemas that may be optional, both or none. */
    OptionalCodec optional(Schema connect, org.apache.avro.Schema avro) {
        return new OptionalCodec(required(connect, avro), connect.isOptional());
    }

    /** Of the same schemas, for values that are not null. */
    ValueCodec required(Schema connect, org.apache.avro.Schema avro) {
        if (isUnion(connect)) {
            return union(connect, avro);
        }
        org.apache.avro.Schema base = withoutNull(avro);
        ValueCodec logical = logical(connect, base);
        return logical != null ? logical : plain(connect, base);
    }

    static boolean isUnion(Schema connect) {
        return connect.type() == Schema.Type.STRUCT && AvroProperties.UNION.equals(connect.name());
    }

    /** The members of a union that are not null; of any other schema itself. */
    static List<org.apache.avro.Schema> members(org.apache.avro.Schema avro) {
        if (avro.getType() != org.apache.avro.Schema.Type.UNION) {
            return List.of(avro);
        }
        return avro.getTypes().stream()
                .filter(member -> member.getType() != org.apache.avro.Schema.Type.NULL)
                .toList();
    }

    private static org.apache.avro.Schema withoutNull(org.apache.avro.Schema avro) {
        return members(avro).get(0);
    }

    private static @Nullable ValueCodec logical(Schema connect, org.apache.avro.Schema avro) {
        String name = connect.name() == null ? "" : connect.name();
        return switch (name) {
            case Decimal.LOGICAL_NAME ->
                connect.type() == Schema.Type.BYTES ? new ScalarCodecs.DecimalBytes(connect, avro) : null;
            case Date.LOGICAL_NAME -> connect.type() == Schema.Type.INT32 ? new ScalarCodecs.DateDays(connect) : null;
            case Time.LOGICAL_NAME -> connect.type() == Schema.Type.INT32 ? new ScalarCodecs.TimeMillis(connect) : null;
            case Timestamp.LOGICAL_NAME ->
                connect.type() == Schema.Type.INT64 ? new ScalarCodecs.TimestampMillis(connect) : null;
            default -> null;
        };
    }

    private ValueCodec plain(Schema connect, org.apache.avro.Schema avro) {
        return switch (connect.type()) {
            case INT8 -> new ScalarCodecs.Int8();
            case INT16 -> new ScalarCodecs.Int16();
            case INT32, INT64, FLOAT32, FLOAT64, BOOLEAN -> new ScalarCodecs.Same();
            case STRING ->
                avro.getType() == org.apache.avro.Schema.Type.ENUM
                        ? new ScalarCodecs.EnumText(avro)
                        : new ScalarCodecs.Text();
            case BYTES ->
                avro.getType() == org.apache.avro.Schema.Type.FIXED
                        ? new ScalarCodecs.Fixed(avro)
                        : new ScalarCodecs.Bytes();
            case ARRAY -> new CollectionCodecs.Elements(optional(connect.valueSchema(), avro.getElementType()));
            case MAP ->
                avro.getType() == org.apache.avro.Schema.Type.MAP
                        ? new CollectionCodecs.StringMap(optional(connect.valueSchema(), avro.getValueType()))
                        : entries(connect, avro.getElementType());
            case STRUCT -> struct(connect, avro);
        };
    }

    private ValueCodec entries(Schema connect, org.apache.avro.Schema entry) {
        return new CollectionCodecs.Entries(
                entry,
                optional(
                        connect.keySchema(),
                        entry.getField(AvroProperties.ENTRY_KEY).schema()),
                optional(
                        connect.valueSchema(),
                        entry.getField(AvroProperties.ENTRY_VALUE).schema()));
    }

    private ValueCodec struct(Schema connect, org.apache.avro.Schema avro) {
        List<OptionalCodec> fields = new ArrayList<>();
        for (Field field : connect.fields()) {
            fields.add(
                    optional(field.schema(), avro.getFields().get(field.index()).schema()));
        }
        return new StructCodec(connect, avro, fields, options.keepNull());
    }

    private ValueCodec union(Schema connect, org.apache.avro.Schema avro) {
        List<org.apache.avro.Schema> types = members(avro);
        if (types.size() != connect.fields().size()) {
            throw new DataException("a union of " + types + " is none of " + connect.fields());
        }
        List<ValueCodec> members = new ArrayList<>();
        for (Field field : connect.fields()) {
            members.add(required(field.schema(), types.get(field.index())));
        }
        return new UnionCodec(connect, org.apache.avro.Schema.createUnion(types), members);
    }
}
