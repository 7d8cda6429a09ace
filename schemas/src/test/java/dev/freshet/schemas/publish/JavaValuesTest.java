package dev.freshet.schemas.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JavaValuesTest {
    private static @Nullable Object value(@Nullable Object value) {
        return JavaValues.columnValue("c", value);
    }

    @Test
    void shouldKeepNumbersExact() {
        assertThat(value((byte) -3)).isEqualTo(-3L);
        assertThat(value((short) 300)).isEqualTo(300L);
        assertThat(value(5)).isEqualTo(5L);
        assertThat(value(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(value(0.1f)).isEqualTo(0.1);
        assertThat(value(1e300)).isEqualTo(1e300);
        assertThat(value(BigInteger.valueOf(12))).isEqualTo(12L);
        assertThat(value(new BigInteger("18446744073709551615"))).isEqualTo(new Json("18446744073709551615"));
        assertThat(value(new BigDecimal("2.5"))).isEqualTo(2.5);
        assertThat(value(new BigDecimal("0.123456789012345678901"))).isEqualTo(new Json("0.123456789012345678901"));
    }

    @Test
    void shouldMakeTextOfWhatIsWrittenInOneWay() {
        UUID uuid = new UUID(1, 2);
        assertThat(value(CharBuffer.wrap("ä"))).isEqualTo("ä");
        assertThat(value('x')).isEqualTo("x");
        assertThat(value(TimeUnit.DAYS)).isEqualTo("DAYS");
        assertThat(value(uuid)).isEqualTo(uuid.toString());
        assertThat(value(Instant.ofEpochSecond(0))).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(value(LocalDate.of(2024, 2, 29))).isEqualTo("2024-02-29");
        assertThat(value(true)).isEqualTo(true);
        assertThat(value(null)).isNull();
    }

    @Test
    void shouldMakeJsonOfStructure() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tags", Set.of("a"));
        map.put("sizes", new int[] {1, 2});
        map.put("when", LocalDate.of(2024, 1, 1));
        map.put("none", null);
        map.put("nested", List.of(Map.of("x", new BigDecimal("1.10"))));
        assertThat(value(map))
                .isEqualTo(
                        new Json(
                                "{\"tags\":[\"a\"],\"sizes\":[1,2],\"when\":\"2024-01-01\",\"none\":null,\"nested\":[{\"x\":1.10}]}"));
        assertThat(value(Arrays.asList(1, null))).isEqualTo(new Json("[1,null]"));
        assertThat(value(JsonNodeFactory.instance.textNode("t"))).isEqualTo("t");
        assertThat(value(new Json("{\"a\":1}"))).isEqualTo(new Json("{\"a\":1}"));
    }

    @Test
    void shouldRefuseTheRestWithTheColumnsName() {
        refused(new byte[] {1});
        refused(TimeZone.getTimeZone("UTC"));
        refused(Double.NaN);
        refused(Float.NEGATIVE_INFINITY);
        refused(new Object());
        refused(Map.of(1, "a"));
        refused(List.of(List.of(new Object())));
        refused("half \uD83D of a pair");
        refused(List.of("half \uDE00 of a pair"));
        refused(new Json("{not json"));
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        refused(circle);
    }

    private static void refused(Object value) {
        assertThatThrownBy(() -> value(value))
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ROW))
                .hasMessageContaining("'c'");
    }
}
