package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;

/**
 * Recognises the placeholder that stands for a value that the database did not send, in the forms that Debezium gives it for the types of columns:
 *
 * <ul>
 *   <li>text, and binary data: the placeholder itself
 *   <li>arrays of text or binary data: an array of it alone; arrays of numbers: its bytes; arrays of UUIDs: the one that is made from its bytes
 *   <li>hstore: a map from it to itself, or that as JSON
 *   <li>points, geometries and geographies, in versions after 3.5: a place that does not exist
 * </ul>
 *
 * <p>Immutable.
 */
final class UnavailableValues {
    /** SRID=4326;POINT(-99999999 -99999999) and SRID=4326;POINT(179.999999 89.999999), which Debezium chose. */
    private static final Set<ByteBuffer> PLACES = Set.of(
            ByteBuffer.wrap(HexFormat.of().parseHex("0101000020e6100000000000fc83d797c1000000fc83d797c1")),
            ByteBuffer.wrap(HexFormat.of().parseHex("0101000020e61000000c21e7fdff7f66401842cefbff7f5640")));

    private static final double NOWHERE = -99_999_999;

    private final ByteBuffer bytes;
    private final String text;
    private final String uuid;
    private final String hstore;
    private final List<Long> numbers;

    UnavailableValues(ByteBuffer placeholder) {
        byte[] copy = new byte[placeholder.remaining()];
        placeholder.duplicate().get(copy);
        this.bytes = ByteBuffer.wrap(copy).asReadOnlyBuffer();
        this.text = new String(copy, UTF_8);
        this.uuid = UUID.nameUUIDFromBytes(copy).toString();
        this.hstore = "{\"" + text + "\":\"" + text + "\"}";
        Long[] values = new Long[copy.length];
        for (int i = 0; i < copy.length; i++) {
            values[i] = (long) copy[i];
        }
        this.numbers = List.of(values);
    }

    boolean matches(Object value) {
        if (value instanceof String string) {
            return string.equals(text) || string.equals(hstore);
        }
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            return isPlaceholder(value);
        }
        if (value instanceof List<?> list) {
            return matchesArray(list);
        }
        if (value instanceof Map<?, ?> map) {
            return map.size() == 1 && text.equals(map.get(text));
        }
        return value instanceof Struct struct && isNowhere(struct);
    }

    private boolean matchesArray(List<?> list) {
        if (list.size() == 1) {
            Object element = list.get(0);
            return text.equals(element) || uuid.equals(element) || isPlaceholder(element);
        }
        return list.size() == numbers.size()
                && list.stream().allMatch(Number.class::isInstance)
                && list.stream()
                        .map(number -> ((Number) number).longValue())
                        .toList()
                        .equals(numbers);
    }

    private boolean isPlaceholder(Object value) {
        if (value instanceof byte[] array) {
            return ByteBuffer.wrap(array).equals(bytes);
        }
        return value instanceof ByteBuffer buffer && buffer.equals(bytes);
    }

    private static boolean isNowhere(Struct struct) {
        String name = struct.schema().name();
        if (name == null || !name.startsWith("io.debezium.data.geometry.")) {
            return false;
        }
        if (struct.schema().field("x") != null) {
            return struct.getFloat64("x") == NOWHERE && struct.getFloat64("y") == NOWHERE;
        }
        byte[] wkb = struct.schema().field("wkb") == null ? null : struct.getBytes("wkb");
        return wkb != null && PLACES.contains(ByteBuffer.wrap(wkb));
    }
}
