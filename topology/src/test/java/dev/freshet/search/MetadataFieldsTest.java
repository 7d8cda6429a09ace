package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataFieldsTest {
    private static FieldReader reader(String json, String field) {
        FieldReader reader = new FieldReader().of(MetadataFields.encode(json));
        assertThat(reader.find(field.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(reader.next()).isTrue();
        return reader;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e99999999999",
                "1.5e2147483648",
                "100e2147483647",
                "1E+2147483649",
                "-12e-2147483647",
                "1e-99999999999",
                "0e2147483647"
            })
    void aNumberThatCannotBeHeldIsThereButIsNoNumber(String number) {
        String json = "{\"before\":1,\"odd\":[" + number + ",7],\"after\":\"text\"}";
        FieldReader odd = reader(json, "odd");

        assertThat(odd.isNumber()).isFalse();
        assertThat(odd.isText()).isFalse();
        assertThat(odd.isFlag()).isFalse();
        assertThat(odd.next()).isTrue();
        assertThat(odd.integer()).isEqualTo(7);
        assertThat(odd.next()).isFalse();
        assertThat(reader(json, "before").integer()).isEqualTo(1);
        assertThat(reader(json, "after").isText()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "100e999999999", "-12.5e-999999000", "1e400", "10e399", "0e-999999999"})
    void aNumberWithALargeExponentIsHeldExactly(String number) {
        FieldReader reader = reader("{\"large\":" + number + "}", "large");

        assertThat(reader.isNumber()).isTrue();
        assertThat(reader.decimal()).isEqualByComparingTo(new BigDecimal(number));
    }

    @Test
    void whatIsNoJsonHasNoFields() {
        assertThat(MetadataFields.encode("{\"a\":")).isEmpty();
    }
}
