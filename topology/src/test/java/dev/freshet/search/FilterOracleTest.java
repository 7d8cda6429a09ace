package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.TestRandom;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random filters on random metadata hold where a plain reading of the rules, on trees of JSON, says so. */
class FilterOracleTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final JsonNodeFactory NODES = new JsonNodeFactory(true);
    private static final List<String> NAMES = List.of("a", "b", "c.d", "\\", "é");
    private static final List<String> OPERATORS =
            List.of("eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "exists", "and", "or", "not");

    private final RandomGenerator random = TestRandom.create(FilterOracleTest.class);

    @Test
    void agreesWithAPlainReadingOfTheRules() throws Exception {
        int held = 0;
        int rounds = 10_000;
        for (int round = 0; round < rounds; round++) {
            String metadata = object(3).toString();
            String filter = filter(3).toString();
            boolean expected = holds(JSON.readTree(filter), JSON.readTree(metadata));
            assertThat(Filter.parse(filter).holds(metadata))
                    .as("%s on %s", filter, metadata)
                    .isEqualTo(expected);
            held += expected ? 1 : 0;
        }
        assertThat(held).as("filters that hold").isBetween(rounds / 10, rounds * 9 / 10);
    }

    private ObjectNode object(int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.set(pick(NAMES), value(depth - 1));
        }
        return object;
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 6 -> object(depth);
            case 7 -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(depth - 1));
                }
                yield array;
            }
            case 5 -> NODES.nullNode();
            default -> scalar();
        };
    }

    private JsonNode scalar() {
        return switch (random.nextInt(4)) {
            case 0 -> NODES.booleanNode(random.nextBoolean());
            case 1 -> NODES.textNode(pick(List.of("", "a", "aa", "b", "1", "\uFF5E", "\uD83D\uDE00")));
            default -> NODES.numberNode(number());
        };
    }

    // Few values, many ways to write them, and some that doubles cannot tell apart.
    private BigDecimal number() {
        return switch (random.nextInt(6)) {
            case 0 -> BigDecimal.valueOf(random.nextInt(3));
            case 1 -> BigDecimal.valueOf(random.nextInt(20, 40), 1);
            case 2 -> BigDecimal.valueOf(random.nextInt(3) * 1_000L, random.nextInt(5));
            case 3 -> BigDecimal.valueOf((1L << 53) + random.nextInt(3));
            case 4 -> new BigDecimal(pick(List.of("1e400", "10e399", "-1e400", "1e-400", "12345678901234567890.5")));
            default -> BigDecimal.valueOf(Long.MAX_VALUE).add(BigDecimal.valueOf(random.nextInt(-1, 2)));
        };
    }

    private ObjectNode filter(int depth) {
        ObjectNode filter = NODES.objectNode();
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            String operator = OPERATORS.get(random.nextInt(depth > 1 ? OPERATORS.size() : 9));
            filter.set(operator, operand(operator, depth));
        }
        return filter;
    }

    private JsonNode operand(String operator, int depth) {
        return switch (operator) {
            case "not" -> filter(depth - 1);
            case "and", "or" -> {
                ArrayNode filters = NODES.arrayNode();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    filters.add(filter(depth - 1));
                }
                yield filters;
            }
            default -> {
                ObjectNode fields = NODES.objectNode();
                for (int i = random.nextInt(1, 3); i > 0; i--) {
                    fields.set(path(), compared(operator));
                }
                yield fields;
            }
        };
    }

    private JsonNode compared(String operator) {
        return switch (operator) {
            case "exists" -> NODES.booleanNode(random.nextBoolean());
            case "eq", "ne" -> scalar();
            case "in", "nin" -> {
                ArrayNode values = NODES.arrayNode();
                for (int i = random.nextInt(1, 6); i > 0; i--) {
                    values.add(scalar());
                }
                yield values;
            }
            default -> random.nextInt(3) == 0 ? NODES.textNode("a") : NODES.numberNode(number());
        };
    }

    private String path() {
        List<String> names = new ArrayList<>();
        do {
            names.add(pick(NAMES).replace("\\", "\\\\").replace(".", "\\."));
        } while (random.nextInt(3) == 0);
        return String.join(".", names);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static boolean holds(JsonNode filter, JsonNode metadata) {
        for (Map.Entry<String, JsonNode> operator : filter.properties()) {
            JsonNode operand = operator.getValue();
            boolean holds = switch (operator.getKey()) {
                case "and" -> all(operand).stream().allMatch(inner -> holds(inner, metadata));
                case "or" -> all(operand).stream().anyMatch(inner -> holds(inner, metadata));
                case "not" -> !holds(operand, metadata);
                default ->
                    operand.properties().stream()
                            .allMatch(field -> holds(operator.getKey(), field.getKey(), field.getValue(), metadata));
            };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(String operator, String path, JsonNode operand, JsonNode metadata) {
        List<JsonNode> values = new ArrayList<>();
        collect(metadata, names(path), values);
        return switch (operator) {
            case "eq" -> values.stream().anyMatch(value -> equal(value, operand));
            case "ne" -> values.stream().noneMatch(value -> equal(value, operand));
            case "in" -> all(operand).stream().anyMatch(one -> holds("eq", path, one, metadata));
            case "nin" -> all(operand).stream().noneMatch(one -> holds("eq", path, one, metadata));
            case "exists" -> values.isEmpty() != operand.booleanValue();
            case "gt" -> compare(values, operand, sign -> sign > 0);
            case "gte" -> compare(values, operand, sign -> sign >= 0);
            case "lt" -> compare(values, operand, sign -> sign < 0);
            default -> compare(values, operand, sign -> sign <= 0);
        };
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.') {
                names.add(name.toString());
                name.setLength(0);
            } else {
                name.append(c == '\\' ? path.charAt(++i) : c);
            }
        }
        names.add(name.toString());
        return names;
    }

    private static void collect(JsonNode node, List<String> names, List<JsonNode> values) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, names, values));
        } else if (names.isEmpty()) {
            if (!node.isNull()) {
                values.add(node);
            }
        } else if (node.has(names.get(0))) {
            collect(node.get(names.get(0)), names.subList(1, names.size()), values);
        }
    }

    private static List<JsonNode> all(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    private static boolean equal(JsonNode left, JsonNode right) {
        return (left.isNumber() && right.isNumber())
                ? left.decimalValue().compareTo(right.decimalValue()) == 0
                : !left.isObject() && !left.isNumber() && left.equals(right);
    }

    private static boolean compare(List<JsonNode> values, JsonNode operand, IntPredicate sign) {
        return values.stream().anyMatch(value -> {
            if (value.isNumber() && operand.isNumber()) {
                return sign.test(value.decimalValue().compareTo(operand.decimalValue()));
            }
            return value.isTextual()
                    && operand.isTextual()
                    && sign.test(Arrays.compare(
                            value.textValue().codePoints().toArray(),
                            operand.textValue().codePoints().toArray()));
        });
    }
}
