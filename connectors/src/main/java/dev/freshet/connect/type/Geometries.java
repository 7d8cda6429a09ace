package dev.freshet.connect.type;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Json;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Geometries as GeoJSON (RFC 7946), with the number of their reference system as {@code srid} where there is one. Coordinates are those of the database, unconverted. */
final class Geometries {
    private Geometries() {}

    /** A struct of {@code x}, {@code y} and more that says the same. */
    static Object point(Object value) {
        Struct struct = (Struct) value;
        ObjectNode point = JsonNodeFactory.instance.objectNode().put("type", "Point");
        point.putArray("coordinates").add(struct.getFloat64("x")).add(struct.getFloat64("y"));
        return withSystem(point, struct);
    }

    /** A struct of {@code wkb} and {@code srid}. A kind of geometry that GeoJSON does not have stays hexadecimal digits, as PostGIS shows it. */
    static Object geometry(Object value) {
        Struct struct = (Struct) value;
        byte[] wkb = struct.getBytes("wkb");
        Optional<ObjectNode> geometry = WellKnownBinary.read(wkb);
        return geometry.isPresent() ? withSystem(geometry.get(), struct) : BinaryData.hex(wkb);
    }

    private static Object withSystem(ObjectNode geometry, Struct struct) {
        Field field = struct.schema().field("srid");
        Integer system = field == null ? null : struct.getInt32("srid");
        if (system != null && system != 0) {
            geometry.put("srid", system);
        }
        return new Json(geometry.toString());
    }
}
