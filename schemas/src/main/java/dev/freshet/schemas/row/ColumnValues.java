package dev.freshet.schemas.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Unavailable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row's columns: null, {@code Boolean}, {@code Long}, {@code Double}, {@code String}, {@link Json} (structure, and numbers that
 * neither long nor double holds exactly) or {@link Unavailable}. Turns them from and into JSON without loss.
 */
public final class ColumnValues {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Longest number that is written as one. JSON is read with at most 1,000 characters per number, sign and exponent included. */
    private static final int MAX_NUMBER_DIGITS = 950;

    private ColumnValues() {}

    /**
     * Whether {@link #toJson} can read a value, and what {@link #toJsonObject} then writes can be read again. Text that is said to be JSON may not be; and an exponent at the limit or the
     * deepest structure that is read may be beyond the limit once they are written.
     */
    public static boolean isValid(@Nullable Object value) {
        try {
            MAPPER.readTree(toJsonObject(Collections.singletonMap("column", value)));
            return true;
        } catch (JsonProcessingException | RuntimeException e) {
            // Of no kind of its own when the writer finds it too deep.
            return false;
        }
    }

    /** All fields of a JSON object as columns. */
    public static Map<String, @Nullable Object> fromJsonObject(JsonNode object) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        object.properties().forEach(field -> columns.put(field.getKey(), fromJson(field.getValue())));
        return columns;
    }

    public static @Nullable Object fromJson(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            case NUMBER -> number(node);
            case ARRAY, OBJECT, BINARY, POJO -> new Json(node.toString());
        };
    }

    /**
     * JSON text as a column value: what a reader of a row change finds that was written with it.
     *
     * @throws IllegalArgumentException if it is not JSON, or beyond the limits within which JSON is read (1,000 levels, numbers of 1,000 characters)
     */
    public static @Nullable Object fromJsonText(String json) {
        try {
            return fromJson(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            // Without the exception's message, which quotes the value.
            throw new IllegalArgumentException("not readable as JSON", e);
        }
    }

    /**
     * An exact number: {@code Long} if it has no decimal places, {@code Double} if it has some and the shortest text of a double is the same number,
     * else {@link Json}. A number that is too long for JSON to be read again (1,000 characters) becomes its digits as a {@code String}.
     */
    public static Object fromDecimal(BigDecimal number) {
        if (number.scale() > 0) {
            double value = number.doubleValue();
            if (isExactly(value, number)) {
                return value;
            }
        }
        BigDecimal stripped = number.stripTrailingZeros();
        long integerDigits = (long) stripped.precision() - stripped.scale();
        if (integerDigits > MAX_NUMBER_DIGITS || stripped.precision() > MAX_NUMBER_DIGITS) {
            return stripped.toString();
        }
        if (stripped.scale() > 0) {
            return new Json(stripped.toString());
        }
        BigInteger integer = stripped.toBigIntegerExact();
        return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : new Json(integer.toString());
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? (Object) node.longValue() : new Json(node.toString());
        }
        double value = node.doubleValue();
        return isExactly(value, node.decimalValue()) ? (Object) value : new Json(node.toString());
    }

    private static boolean isExactly(double value, BigDecimal number) {
        return Double.isFinite(value) && new BigDecimal(Double.toString(value)).compareTo(number) == 0;
    }

    public static JsonNode toJson(@Nullable Object value) {
        if (value == null || value instanceof Unavailable) {
            return NullNode.getInstance();
        }
        if (value instanceof Boolean bool) {
            return BooleanNode.valueOf(bool);
        }
        if (value instanceof Long integer) {
            return LongNode.valueOf(integer);
        }
        if (value instanceof Double number) {
            return DoubleNode.valueOf(number);
        }
        if (value instanceof CharSequence text) {
            return TextNode.valueOf(text.toString());
        }
        if (value instanceof Json json) {
            try {
                return MAPPER.readTree(json.getJson());
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalArgumentException(
                "not a column value: " + value.getClass().getName());
    }

    /** Columns as the text of a JSON object, sorted by name: equal columns give equal text. Columns without a value are left out. */
    public static String toJsonObject(Map<String, ? extends @Nullable Object> columns) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(columns).forEach((name, value) -> {
            JsonNode node = toJson(value);
            if (!node.isNull()) {
                object.set(name, node);
            }
        });
        return object.toString();
    }

    /** A value as text: strings as they are, numbers and booleans as JSON writes them; empty for null, for structure and for what is unavailable. */
    public static Optional<String> toText(@Nullable Object value) {
        if (value == null || value instanceof Unavailable) {
            return Optional.empty();
        }
        if (value instanceof Json json) {
            return json.getJson().startsWith("{") || json.getJson().startsWith("[")
                    ? Optional.empty()
                    : Optional.of(json.getJson());
        }
        return Optional.of(value.toString());
    }
}
