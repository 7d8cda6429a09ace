package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.freshet.TestRandom;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.math.BigDecimal;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTreeTest {
    private final RandomGenerator random = TestRandom.create(VectorTreeTest.class);

    @Test
    void readsTheVeryNumbersThatWereWritten() {
        for (int round = 0; round < 200; round++) {
            float[] vector = new float[random.nextInt(10) == 0 ? 1_000 + random.nextInt(2_000) : random.nextInt(50)];
            StringBuilder written = new StringBuilder();
            for (int i = 0; i < vector.length; i++) {
                do {
                    vector[i] = Float.intBitsToFloat(random.nextInt());
                } while (!Float.isFinite(vector[i]));
                written.append(i == 0 ? "" : ",").append(vector[i]);
            }
            JsonNode tree = read("{\"vector\": [" + written + "], \"queries\": [{\"vector\": [" + written + "]}]}");
            assertThat(floats(tree.path("vector"))).containsExactly(vector);
            assertThat(floats(tree.path("queries").path(0).path("vector"))).containsExactly(vector);
        }
    }

    @Test
    void leavesEverythingElseAsPreciseAsItWas() {
        BigDecimal precise = new BigDecimal("0.12345678901234567890123");
        JsonNode tree = read("{\"score_threshold\": " + precise + ", \"filter\": {\"in\": {\"vector\": [" + precise
                + "]}}, \"vector\": [1, 2.5, null, \"x\", [0.5], {\"a\": 0.5}], \"queries\": [7, {\"k\": 3, \"filter\": {\"vector\": ["
                + precise + "]}}], \"text\": null}");
        assertThat(tree.path("score_threshold").decimalValue()).isEqualByComparingTo(precise);
        assertThat(tree.path("filter").path("in").path("vector").path(0).decimalValue())
                .isEqualByComparingTo(precise);
        assertThat(tree.path("queries")
                        .path(1)
                        .path("filter")
                        .path("vector")
                        .path(0)
                        .decimalValue())
                .isEqualByComparingTo(precise);
        assertThat(tree.path("vector").toString()).isEqualTo("[1.0,2.5,null,\"x\",[0.5],{\"a\":0.5}]");
        assertThat(tree.path("queries").path(0).intValue()).isEqualTo(7);
        assertThat(tree.path("text").isNull()).isTrue();
    }

    @Test
    void showsWhatNoNumberCanHoldAsItWas() {
        JsonNode vector = read("{\"vector\": [1e39, -1e400, NaN, -Infinity]}").path("vector");
        assertThat(vector).extracting(JsonNode::isNumber).containsOnly(true);
        assertThat(vector).extracting(JsonNode::asText).containsExactly("1E+39", "-1E+400", "NaN", "-Infinity");
        for (JsonNode component : vector) {
            assertThat(Float.isFinite(component.floatValue())).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"vector\": [1.5",
                "{\"vector\": [1.5,]}",
                "{\"vector\": [1.5]",
                "{\"vector\": [1.5]}}",
                "{\"vector\": [1.5]} 1",
                "{\"vector\": [1.5], \"vector\": [1.5]}",
                "{\"queries\": [{\"vector\": [1.5]}",
                "{\"queries\": [{\"k\": 1, \"k\": 1}]}",
                "[1, 2] 3",
            })
    void refusesWhatIsNoJson(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(FreshetException.class)
                .hasMessageContaining("line 1")
                .extracting(e -> ((FreshetException) e).code())
                .isEqualTo(ErrorCode.MALFORMED_JSON);
    }

    @Test
    void readsWhatIsNoObject() {
        assertThat(read("[1, 0.5]").toString()).isEqualTo("[1,0.5]");
        assertThat(read("3").intValue()).isEqualTo(3);
    }

    private static JsonNode read(String body) {
        return VectorTree.read(body.getBytes(UTF_8));
    }

    private static float[] floats(JsonNode vector) {
        return (float[]) ((POJONode) vector).getPojo();
    }
}
