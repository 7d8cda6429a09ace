package dev.freshet.connect.avro;

import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A union of several types, as a struct of which just one field is set.
 *
 * @param avro the members without null, in the order of the struct's fields
 */
record UnionCodec(Schema connect, org.apache.avro.Schema avro, List<ValueCodec> members) implements ValueCodec {
    // Holds nothing: it only tells which member a datum is of.
    private static final GenericData DATA = new GenericData();

    UnionCodec {
        members = List.copyOf(members);
        if (members.size() != connect.fields().size()
                || members.size() != avro.getTypes().size()) {
            throw new IllegalArgumentException("a codec for each member is needed");
        }
    }

    @Override
    public Object toAvro(Object value) {
        Struct struct = (Struct) value;
        Object set = null;
        for (Field field : connect.fields()) {
            Object member = struct.getWithoutDefault(field.name());
            if (member != null) {
                if (set != null) {
                    throw new DataException("more than one member of the union is set: " + connect.fields());
                }
                set = members.get(field.index()).toAvro(member);
            }
        }
        return requireSet(set);
    }

    @Override
    public Object toConnect(Object datum) {
        Field field = connect.fields().get(DATA.resolveUnion(avro, datum));
        return new Struct(connect).put(field, members.get(field.index()).toConnect(datum));
    }

    private Object requireSet(@Nullable Object set) {
        if (set == null) {
            throw new DataException("no member of the union is set: " + connect.fields());
        }
        return set;
    }
}
