package dev.freshet.schemas.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.ColumnValues;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Java programs have into the values of columns ({@link ColumnValues}):
 *
 * <ul>
 *   <li>whole numbers become long, {@code float} the double that is written the same; {@link BigInteger} and {@link BigDecimal} stay exact;
 *   <li>text, characters, enums, UUIDs and times (ISO 8601, as {@code java.time} prints them) become strings;
 *   <li>maps with text as keys, iterables and arrays become JSON, and so does a {@link JsonNode}; a {@link Json} is checked and taken as it is;
 *   <li>all else is refused: bytes, {@link java.util.Date} (of no zone), numbers that are not finite, half a surrogate pair.
 * </ul>
 *
 * <p>Refusals are {@code INVALID_ROW} and name the column.
 */
final class JavaValues {
    /** Deeper structure is refused; a structure that contains itself ends here. */
    private static final int DEPTH_MAX = 100;

    private JavaValues() {}

    static @Nullable Object columnValue(String column, @Nullable Object value) {
        Object converted = convert(column, value);
        if (converted instanceof Json json) {
            requireText(column, json.getJson());
            if (!ColumnValues.isValid(json)) {
                throw refused(
                        column, "is said to be JSON and is not, or has a number or a depth that cannot be read again");
            }
        } else if (converted instanceof String text) {
            requireText(column, text);
        }
        return converted;
    }

    private static @Nullable Object convert(String column, @Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Json) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            double number = Double.parseDouble(value.toString());
            if (!Double.isFinite(number)) {
                throw refused(column, "is " + value + ", which is no number");
            }
            return number;
        }
        if (value instanceof BigInteger || value instanceof BigDecimal || value instanceof JsonNode) {
            return ColumnValues.fromJson(json(column, value, 0));
        }
        if (isText(value)) {
            return value.toString();
        }
        return new Json(json(column, value, 0).toString());
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof Enum<?>
                || value instanceof UUID
                || value instanceof Temporal;
    }

    private static JsonNode json(String column, @Nullable Object value, int depth) {
        if (depth > DEPTH_MAX) {
            throw refused(column, "is nested deeper than " + DEPTH_MAX + " levels");
        }
        if (value instanceof JsonNode node) {
            return node;
        }
        if (value instanceof BigInteger number) {
            return BigIntegerNode.valueOf(number);
        }
        if (value instanceof BigDecimal number) {
            return DecimalNode.valueOf(number);
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            map.forEach((key, element) -> {
                if (key == null || !isText(key)) {
                    throw refused(column, "has a map whose keys are not text");
                }
                object.set(key.toString(), json(column, element, depth + 1));
            });
            return object;
        }
        if (value instanceof Iterable<?> elements) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            elements.forEach(element -> array.add(json(column, element, depth + 1)));
            return array;
        }
        if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < Array.getLength(value); i++) {
                array.add(json(column, Array.get(value, i), depth + 1));
            }
            return array;
        }
        if (isLeaf(value)) {
            return ColumnValues.toJson(convert(column, value));
        }
        throw refused(
                column,
                "is a " + (value == null ? "null" : value.getClass().getName())
                        + ": publish null, booleans, numbers, text, java.time values, maps or lists of these");
    }

    private static boolean isLeaf(@Nullable Object value) {
        return value == null
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Double
                || value instanceof Float
                || value instanceof Json
                || isText(value);
    }

    private static void requireText(String column, String text) {
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw refused(column, "holds half a surrogate pair, which is no character");
        }
    }

    private static FreshetException refused(String column, String what) {
        return new FreshetException(ErrorCode.INVALID_ROW, "column '" + column + "' " + what);
    }
}
