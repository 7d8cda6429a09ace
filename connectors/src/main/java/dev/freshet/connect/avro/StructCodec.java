package dev.freshet.connect.avro;

import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Structs and records, field by field in their common order.
 *
 * @param keepNull whether a null in an optional field with a default stays null
 */
record StructCodec(Schema connect, org.apache.avro.Schema avro, List<OptionalCodec> fields, boolean keepNull)
        implements ValueCodec {
    StructCodec {
        fields = List.copyOf(fields);
        if (fields.size() != connect.fields().size()
                || fields.size() != avro.getFields().size()) {
            throw new IllegalArgumentException("a codec for each field is needed");
        }
    }

    @Override
    public Object toAvro(Object value) {
        Struct struct = (Struct) value;
        GenericData.Record record = new GenericData.Record(avro);
        for (Field field : connect.fields()) {
            try {
                record.put(field.index(), fields.get(field.index()).toAvro(given(struct, field)));
            } catch (DataException e) {
                throw inside(field, e);
            }
        }
        return record;
    }

    @Override
    public Object toConnect(Object datum) {
        IndexedRecord record = (IndexedRecord) datum;
        Struct struct = new Struct(connect);
        for (Field field : connect.fields()) {
            try {
                struct.put(field, fields.get(field.index()).toConnect(record.get(field.index())));
            } catch (DataException e) {
                throw inside(field, e);
            }
        }
        return struct;
    }

    private @Nullable Object given(Struct struct, Field field) {
        Object value = struct.getWithoutDefault(field.name());
        boolean defaulted = value == null && !(keepNull && field.schema().isOptional());
        return defaulted ? field.schema().defaultValue() : value;
    }

    private static DataException inside(Field field, DataException cause) {
        return new DataException("field '" + field.name() + "': " + cause.getMessage(), cause);
    }
}
