package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads a {@link Filter} from JSON, and refuses what is none by the place where it stands. For one filter. */
final class FilterParser {
    static final int DEPTH_MAX = 16;
    static final int CONDITIONS_MAX = 256;
    static final int VALUES_MAX = 1_000;

    private static final String OPERATORS = "eq, ne, in, nin, gt, gte, lt, lte, exists, and, or, not";

    private final int depthMax;
    private final int conditionsMax;
    private int conditions;

    private FilterParser(int depthMax, int conditionsMax) {
        this.depthMax = depthMax;
        this.conditionsMax = conditionsMax;
    }

    static Condition parse(JsonNode filter) {
        return new FilterParser(DEPTH_MAX, CONDITIONS_MAX).filter(filter, "filter", 1);
    }

    /** As {@link #parse}, with room for two filters in an {@code and}. */
    static Condition parseJoined(JsonNode filter) {
        return new FilterParser(DEPTH_MAX + 1, 2 * CONDITIONS_MAX).filter(filter, "filter", 1);
    }

    private Condition filter(JsonNode node, String place, int depth) {
        requireObject(node, place, "a filter like {\"eq\": {\"field\": \"value\"}}");
        if (depth > depthMax) {
            throw refused(
                    place,
                    "is within " + (depth - 1) + " others, at most " + depthMax
                            + " filters may stand within each other");
        }
        List<Condition> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> operator : node.properties()) {
            String at = place + "." + operator.getKey();
            all.add(operator(operator.getKey(), operator.getValue(), at, place, depth));
        }
        if (all.isEmpty()) {
            throw refused(place, "has no operator; known are " + OPERATORS);
        }
        return all(all);
    }

    private Condition operator(String operator, JsonNode operand, String at, String place, int depth) {
        return switch (operator) {
            case "and" -> all(filters(operand, at, depth));
            case "or" -> new Condition.Any(filters(operand, at, depth));
            case "not" -> new Condition.Not(filter(operand, at, depth + 1));
            case "eq" -> fields(operand, at, (path, value) -> oneOf(path, List.of(value), at));
            case "ne" -> fields(operand, at, (path, value) -> new Condition.Not(oneOf(path, List.of(value), at)));
            case "in" -> fields(operand, at, (path, value) -> oneOf(path, values(value, at), at));
            case "nin" -> fields(operand, at, (path, value) -> new Condition.Not(oneOf(path, values(value, at), at)));
            case "gt" -> compared(operand, at, Condition.Order.GREATER);
            case "gte" -> compared(operand, at, Condition.Order.GREATER_OR_EQUAL);
            case "lt" -> compared(operand, at, Condition.Order.LESS);
            case "lte" -> compared(operand, at, Condition.Order.LESS_OR_EQUAL);
            case "exists" -> fields(operand, at, (path, value) -> exists(path, value, at));
            default -> throw refused(place, "has the unknown operator '" + operator + "'; known are " + OPERATORS);
        };
    }

    private static Condition all(List<Condition> conditions) {
        return conditions.size() == 1 ? conditions.get(0) : new Condition.All(conditions);
    }

    private List<Condition> filters(JsonNode operand, String at, int depth) {
        if (!operand.isArray() || operand.isEmpty()) {
            throw refused(
                    at, "is " + (operand.isArray() ? "empty" : typeName(operand)) + ", must be an array of filters");
        }
        List<Condition> filters = new ArrayList<>(operand.size());
        for (JsonNode filter : operand) {
            filters.add(filter(filter, at + "[" + filters.size() + "]", depth + 1));
        }
        return filters;
    }

    private Condition fields(JsonNode operand, String at, BiFunction<byte[], JsonNode, Condition> condition) {
        requireObject(operand, at, "an object of fields");
        if (operand.isEmpty()) {
            throw refused(at, "names no field");
        }
        List<Condition> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : operand.properties()) {
            if (++conditions > conditionsMax) {
                throw refused(
                        at,
                        "is beyond the limit of " + conditionsMax
                                + " fields in a filter; 'in' compares one field with many values");
            }
            all.add(condition.apply(path(field.getKey(), at), field.getValue()));
        }
        return all(all);
    }

    private static byte[] path(String path, String at) {
        int nameStart = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '.') {
                if (i == nameStart) {
                    throw refused(at, "has the field '" + path + "', which has an empty name in it");
                }
                nameStart = i + 1;
            } else if (path.charAt(i) == '\\') {
                i++;
                if (i == path.length() || (path.charAt(i) != '.' && path.charAt(i) != '\\')) {
                    throw refused(
                            at,
                            "has the field '" + path
                                    + "', in which a backslash stands alone; '\\.' is a dot in a name, '\\\\' a backslash");
                }
            }
        }
        return utf8(path, at);
    }

    private static Iterable<JsonNode> values(JsonNode operand, String at) {
        if (!operand.isArray() || operand.isEmpty() || operand.size() > VALUES_MAX) {
            String is = !operand.isArray()
                    ? typeName(operand)
                    : operand.isEmpty() ? "an empty array" : "an array of " + operand.size();
            throw refused(at, "compares a field with " + is + ", must be an array of 1 to " + VALUES_MAX + " values");
        }
        return operand;
    }

    private static Condition oneOf(byte[] path, Iterable<JsonNode> values, String at) {
        List<byte[]> texts = new ArrayList<>();
        List<FilterNumber> numbers = new ArrayList<>();
        Set<Boolean> flags = new HashSet<>();
        for (JsonNode value : values) {
            if (value.isTextual()) {
                texts.add(utf8(value.textValue(), at));
            } else if (value.isNumber()) {
                numbers.add(number(value, at));
            } else if (value.isBoolean()) {
                flags.add(value.booleanValue());
            } else {
                throw refused(
                        at,
                        "compares a field with " + typeName(value) + ", must be a string, a number or a boolean"
                                + (value.isNull() ? "; {\"exists\": {\"field\": false}} finds missing ones" : ""));
            }
        }
        return new Condition.OneOf(path, new FilterValues(texts, numbers, flags));
    }

    private Condition compared(JsonNode operand, String at, Condition.Order order) {
        return fields(operand, at, (path, value) -> {
            if (value.isNumber()) {
                return new Condition.NumberCompared(path, order, number(value, at));
            }
            if (value.isTextual()) {
                return new Condition.TextCompared(path, order, utf8(value.textValue(), at));
            }
            throw refused(at, "compares a field with " + typeName(value) + ", must be a number or a string");
        });
    }

    private static Condition exists(byte[] path, JsonNode value, String at) {
        if (!value.isBoolean()) {
            throw refused(at, "has " + typeName(value) + " for a field, must be true or false");
        }
        Condition present = new Condition.Present(path);
        return value.booleanValue() ? present : new Condition.Not(present);
    }

    private static FilterNumber number(JsonNode value, String at) {
        if ((value.isDouble() || value.isFloat()) && !Double.isFinite(value.doubleValue())) {
            throw refused(at, "compares a field with " + value.asText() + ", must be a finite number");
        }
        return new FilterNumber(value.decimalValue());
    }

    private static byte[] utf8(String text, String at) {
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw refused(at, "has a string with half a surrogate pair, which is no character");
        }
        return text.getBytes(UTF_8);
    }

    private static void requireObject(JsonNode node, String place, String expected) {
        if (!node.isObject()) {
            throw refused(place, "is " + typeName(node) + ", must be " + expected);
        }
    }

    private static String typeName(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case BOOLEAN, NUMBER, STRING, BINARY ->
                "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
            case NULL -> "null";
            case MISSING -> "missing";
        };
    }

    private static FreshetException refused(String place, String what) {
        return new FreshetException(ErrorCode.INVALID_FILTER, "'" + place + "' " + what);
    }
}
