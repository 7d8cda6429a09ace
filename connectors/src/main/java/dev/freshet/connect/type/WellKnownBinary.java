package dev.freshet.connect.type;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads well-known binary (OGC 06-103r4, 8.2) as GeoJSON:
 *
 * <pre>{@code
 * geometry   = byte order (0 big endian, 1 little endian), type (uint32), [srid (uint32)], body
 * point      = x, y, [z], [m]            all NaN: the empty point
 * linestring = n (uint32), n points
 * polygon    = n (uint32), n rings, each as a linestring
 * multi…     = n (uint32), n geometries
 * }</pre>
 *
 * <p>The type says which ordinates there are, the standard's way (plus 1000, 2000, 3000) or PostGIS' way (flags in the highest bits). Measures (m) are left out, as GeoJSON has none.
 */
final class WellKnownBinary {
    private static final Map<Integer, String> NAMES = Map.of(
            1, "Point",
            2, "LineString",
            3, "Polygon",
            4, "MultiPoint",
            5, "MultiLineString",
            6, "MultiPolygon",
            7, "GeometryCollection");
    private static final int COLLECTION = 7;
    private static final int Z_FLAG = 0x80000000;
    private static final int M_FLAG = 0x40000000;
    private static final int SRID_FLAG = 0x20000000;

    /** Deepest nesting of collections that is read. */
    private static final int DEPTH_MAX = 32;

    private final ByteBuffer buffer;

    private WellKnownBinary(byte[] wkb) {
        this.buffer = ByteBuffer.wrap(wkb);
    }

    /**
     * Reads a geometry; empty if it has a part of a kind that GeoJSON does not have (curves, surfaces).
     *
     * @throws IllegalArgumentException if the bytes are not well-known binary
     */
    static Optional<ObjectNode> read(byte[] wkb) {
        try {
            return new WellKnownBinary(wkb).geometry(0);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the geometry ends early", e);
        }
    }

    private Optional<ObjectNode> geometry(int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("the geometry is nested more than " + DEPTH_MAX + " levels deep");
        }
        Shape shape = shape();
        String name = NAMES.get(shape.kind());
        if (name == null) {
            return Optional.empty();
        }
        ObjectNode geometry = JsonNodeFactory.instance.objectNode().put("type", name);
        if (shape.kind() == COLLECTION) {
            Optional<ArrayNode> members = members(null, depth);
            members.ifPresent(array -> geometry.set("geometries", array));
            return members.map(array -> geometry);
        }
        Optional<ArrayNode> coordinates = switch (shape.kind()) {
            case 1 -> Optional.of(position(shape));
            case 2 -> Optional.of(positions(shape));
            case 3 -> Optional.of(rings(shape));
            default -> members("coordinates", depth);
        };
        coordinates.ifPresent(array -> geometry.set("coordinates", array));
        return coordinates.map(array -> geometry);
    }

    /** The head of a geometry: its kind, and which ordinates its points have beside x and y. */
    private Shape shape() {
        byte order = buffer.get();
        if (order != 0 && order != 1) {
            throw new IllegalArgumentException("the geometry's byte order is " + order + ", must be 0 or 1");
        }
        buffer.order(order == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int type = buffer.getInt();
        if ((type & SRID_FLAG) != 0) {
            buffer.getInt();
        }
        int plain = type & ~(Z_FLAG | M_FLAG | SRID_FLAG);
        int dimensions = plain / 1000;
        boolean height = (type & Z_FLAG) != 0 || dimensions == 1 || dimensions == 3;
        boolean measure = (type & M_FLAG) != 0 || dimensions == 2 || dimensions == 3;
        return new Shape(plain % 1000, height, measure);
    }

    /** The members of a collection, or of each member the field that is asked for. Empty if one is of an unknown kind. */
    private Optional<ArrayNode> members(@Nullable String field, int depth) {
        ArrayNode members = JsonNodeFactory.instance.arrayNode();
        int count = count(5);
        for (int i = 0; i < count; i++) {
            Optional<ObjectNode> member = geometry(depth + 1);
            if (member.isEmpty()) {
                return Optional.empty();
            }
            members.add(field == null ? member.get() : member.get().path(field));
        }
        return Optional.of(members);
    }

    private ArrayNode rings(Shape shape) {
        ArrayNode rings = JsonNodeFactory.instance.arrayNode();
        int count = count(4);
        for (int i = 0; i < count; i++) {
            rings.add(positions(shape));
        }
        return rings;
    }

    private ArrayNode positions(Shape shape) {
        ArrayNode positions = JsonNodeFactory.instance.arrayNode();
        int count = count(2 * Double.BYTES);
        for (int i = 0; i < count; i++) {
            positions.add(position(shape));
        }
        return positions;
    }

    private ArrayNode position(Shape shape) {
        ArrayNode position = JsonNodeFactory.instance.arrayNode();
        ordinate(position);
        ordinate(position);
        if (shape.height()) {
            ordinate(position);
        }
        if (shape.measure()) {
            buffer.getDouble();
        }
        return position;
    }

    private void ordinate(ArrayNode position) {
        double value = buffer.getDouble();
        if (Double.isFinite(value)) {
            position.add(value);
        }
    }

    /** A count of parts that each have at least so many bytes: no more can follow than are left. */
    private int count(int bytesEach) {
        long count = Integer.toUnsignedLong(buffer.getInt());
        if (count > buffer.remaining() / bytesEach) {
            throw new IllegalArgumentException("the geometry ends early");
        }
        return (int) count;
    }

    private record Shape(int kind, boolean height, boolean measure) {}
}
