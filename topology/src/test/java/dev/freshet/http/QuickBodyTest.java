package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.TestRandom;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickBodyTest {
    private static final List<String> OTHERS = List.of(
            "\"k\":7",
            "\"ef\" :\t40",
            "\"exact\":true",
            "\"score_threshold\": 0.12345678901234567890123",
            "\"filter\":{\"and\":[{\"eq\":{\"a\\\"}]\":\"x\\\\\"}},{\"in\":{\"vector\":[0.12345678901234567890123]}}]}",
            "\"min_positions\" : {\"0\": 12}",
            "\"text\":null",
            "\"name\":\"ä [1,2] \\u00e4 {\"");

    private final RandomGenerator random = TestRandom.create(QuickBodyTest.class);

    @Test
    void readsBodiesAsTheJsonLibraryDoes() {
        for (int round = 0; round < 3_000; round++) {
            List<String> fields = new ArrayList<>(OTHERS.subList(0, random.nextInt(OTHERS.size() + 1)));
            fields.add("\"vector\": [" + components() + "]");
            Collections.shuffle(fields, new Random(random.nextLong()));
            byte[] body = (space() + "{" + space() + String.join(space() + "," + space(), fields) + space() + "}"
                            + space())
                    .getBytes(UTF_8);

            JsonNode quick = requireNonNull(QuickBody.read(body), () -> new String(body, UTF_8));
            JsonNode thorough = VectorTree.readThoroughly(body);
            assertThat(doubles(quick)).isEqualTo(doubles(thorough));
            assertThat(rest(quick)).isEqualTo(rest(thorough));
            assertThat(VectorTree.read(body)).isEqualTo(quick);
        }
    }

    @Test
    void takesNothingThatTheJsonLibraryRefuses() {
        String body = "{\"k\":7,\"vector\":[0.5,-1.25e-3,12],\"filter\":{\"eq\":{\"a\":\"x\\\"\"}},\"exact\":false}";
        String signs = "{}[]\",:.-+eE0 1\\\nxn\u0000";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder changed = new StringBuilder(body);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int place = random.nextInt(changed.length());
                switch (random.nextInt(3)) {
                    case 0 -> changed.deleteCharAt(place);
                    case 1 -> changed.insert(place, signs.charAt(random.nextInt(signs.length())));
                    default -> changed.setCharAt(place, signs.charAt(random.nextInt(signs.length())));
                }
            }
            byte[] json = changed.toString().getBytes(UTF_8);
            JsonNode quick = QuickBody.read(json);
            if (quick != null) {
                JsonNode thorough = VectorTree.readThoroughly(json); // Which throws if it is no JSON.
                assertThat(doubles(quick)).as(changed.toString()).isEqualTo(doubles(thorough));
                assertThat(rest(quick)).as(changed.toString()).isEqualTo(rest(thorough));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"vector\"",
                "{\"vector\":",
                "{\"vector\":[",
                "{\"vector\":[1",
                "{\"vector\":[1,",
                "{\"vector\":[1,]}",
                "{\"vector\":[]}",
                "{\"vector\":[01]}",
                "{\"vector\":[1.]}",
                "{\"vector\":[.5]}",
                "{\"vector\":[+1]}",
                "{\"vector\":[-]}",
                "{\"vector\":[1e]}",
                "{\"vector\":[1e+]}",
                "{\"vector\":[NaN]}",
                "{\"vector\":[1e39]}",
                "{\"vector\":[1 2]}",
                "{\"vector\":[[1]]}",
                "{\"vector\":[1]} 1",
                "{\"vector\":[1],}",
                "{\"vector\":[1],\"vector\":[1]}",
                "{\"vector\":1}",
                "{\"vector\":null}",
                "{\"k\":1,\"k\":1}",
                "{\"k\":}",
                "{\"k\":NaN}",
                "{\"k\":\"x}",
                "{\"k\":\"x\\",
                "{\"K\":1}",
                "{\"\\u006b\":1}",
                "{\"filter\":[}}",
                "{\"queries\":[{\"vector\":[1]}]}",
            })
    void leavesTheRestToTheJsonLibrary(String body) {
        assertThat(QuickBody.read(body.getBytes(UTF_8))).isNull();
    }

    @Test
    void leavesOtherEncodingsToTheJsonLibrary() {
        byte[] json = "{\"vector\":[0.5]}".getBytes(UTF_16LE);
        assertThat(QuickBody.read(json)).isNull();
        assertThat(doubles(VectorTree.read(json))).containsExactly(0.5);
    }

    private String components() {
        List<String> components = new ArrayList<>();
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            components.add(space() + component() + space());
        }
        return String.join(",", components);
    }

    private String component() {
        return switch (random.nextInt(5)) {
            case 0 -> Float.toString(random.nextFloat(-1, 1));
            case 1 -> Double.toString(random.nextDouble(-1, 1));
            case 2 -> Integer.toString(random.nextInt());
            case 3 -> random.nextBoolean() ? "0" : "-0.0";
            default -> {
                BigInteger digits = new BigInteger(1 + random.nextInt(80), new Random(random.nextLong()));
                BigDecimal decimal = new BigDecimal(digits, random.nextInt(-10, 60));
                yield random.nextBoolean() ? decimal.toString() : decimal.toPlainString();
            }
        };
    }

    private String space() {
        return " \n\t\r".substring(0, random.nextInt(3) == 0 ? random.nextInt(5) : 0);
    }

    private static List<Double> doubles(JsonNode body) {
        List<Double> doubles = new ArrayList<>();
        body.path("vector").forEach(component -> doubles.add(component.doubleValue()));
        return doubles;
    }

    private static JsonNode rest(JsonNode body) {
        return ((ObjectNode) body.deepCopy()).without("vector");
    }
}
