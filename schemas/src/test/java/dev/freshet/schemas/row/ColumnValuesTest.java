package dev.freshet.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Unavailable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnValuesTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void shouldKeepEveryJsonValueExactly() throws JsonProcessingException {
        for (String json : List.of(
                "null",
                "true",
                "\"text\"",
                "7",
                "-9223372036854775808",
                "9223372036854775808",
                "0.5",
                "1.10",
                "0.1234567890123456789",
                "1e400",
                "[1,null,{\"a\":\"b\"}]",
                "{\"a\":{}}")) {
            Object value = ColumnValues.fromJson(MAPPER.readTree(json));
            assertThat(MAPPER.readTree(ColumnValues.toJson(value).toString()).toString())
                    .as(json)
                    .satisfies(again -> assertThat(sameValue(again, json)).isTrue());
        }
    }

    @Test
    void shouldHoldWhatFitsAsANumberAndTheRestAsText() throws JsonProcessingException {
        assertThat(ColumnValues.fromJson(MAPPER.readTree("7"))).isEqualTo(7L);
        assertThat(ColumnValues.fromJson(MAPPER.readTree("0.5"))).isEqualTo(0.5);
        assertThat(ColumnValues.fromJson(MAPPER.readTree("9223372036854775808")))
                .isEqualTo(new Json("9223372036854775808"));
    }

    @Test
    void shouldKeepDecimalsExact() {
        assertThat(ColumnValues.fromDecimal(new BigDecimal("7"))).isEqualTo(7L);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("1E+3"))).isEqualTo(1000L);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("-9223372036854775808")))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("9223372036854775808")))
                .isEqualTo(new Json("9223372036854775808"));
        assertThat(ColumnValues.fromDecimal(new BigDecimal("1.50"))).isEqualTo(1.5);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("5.00"))).isEqualTo(5.0);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("9007199254740993.0")))
                .isEqualTo(9007199254740993L);
        assertThat(ColumnValues.fromDecimal(new BigDecimal("0.12345678901234567890")))
                .isEqualTo(new Json("0.1234567890123456789"));
    }

    @Test
    void shouldKeepTheDigitsOfNumbersThatAreTooLongToBeReadAsJson() {
        for (String number : List.of("9".repeat(1000), "1E+2000000000", "0." + "3".repeat(2000))) {
            assertThat(ColumnValues.fromDecimal(new BigDecimal(number)))
                    .asString()
                    .satisfies(digits -> assertThat(new BigDecimal(digits)).isEqualTo(new BigDecimal(number)));
        }
    }

    @Test
    void shouldReadJsonTextAsItComesOutOfAChange() {
        assertThat(ColumnValues.fromJsonText("null")).isNull();
        assertThat(ColumnValues.fromJsonText("\"a\"")).isEqualTo("a");
        assertThat(ColumnValues.fromJsonText("7")).isEqualTo(7L);
        assertThat(ColumnValues.fromJsonText(" {\"a\" : [1]} ")).isEqualTo(new Json("{\"a\":[1]}"));
        assertThatThrownBy(() -> ColumnValues.fromJsonText("{secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void shouldWriteEqualColumnsAsEqualText() {
        Map<String, Object> columns = new HashMap<>();
        columns.put("b", 1L);
        columns.put("a", "x");
        columns.put("none", null);
        columns.put("kept", new Unavailable());
        assertThat(ColumnValues.toJsonObject(columns)).isEqualTo("{\"a\":\"x\",\"b\":1}");
    }

    @Test
    void shouldKnowWhatIsNoJson() {
        assertThat(ColumnValues.isValid(new Json("{\"a\": 1}"))).isTrue();
        assertThat(ColumnValues.isValid(new Json("oops"))).isFalse();
    }

    @Test
    void shouldKnowWhatCannotBeReadAgainOnceItIsWritten() {
        String digits = "1".repeat(995);
        String deep = "[".repeat(999) + "]".repeat(999);
        for (String json : List.of("1e2147483647", "-1e-2147483647", digits, "[1e400]", deep)) {
            assertThat(ColumnValues.isValid(new Json(json))).as(json).isTrue();
        }
        for (String json : List.of("100e2147483647", "{\"a\":[1.5e2147483648]}", "1e-99999999999", "[" + deep + "]")) {
            assertThat(ColumnValues.isValid(new Json(json))).as(json).isFalse();
        }
    }

    private static boolean sameValue(String left, String right) {
        try {
            return MAPPER.readTree(left)
                    .equals(
                            (a, b) -> a.isNumber() && b.isNumber()
                                    ? a.decimalValue().compareTo(b.decimalValue())
                                    : a.equals(b) ? 0 : 1,
                            MAPPER.readTree(right));
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
