package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortDecimalTest {
    private final RandomGenerator random = TestRandom.create(ShortDecimalTest.class);

    @Test
    void readsWhatTheJdkReads() {
        int read = 0;
        for (int round = 0; round < 200_000; round++) {
            String decimal = decimal();
            double parsed = parse(decimal);
            if (!Double.isNaN(parsed)) {
                read++;
                assertThat(Double.doubleToRawLongBits(parsed))
                        .as(decimal)
                        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(decimal)));
            }
        }
        assertThat(read).isGreaterThan(50_000);
    }

    @Test
    void readsEveryComponentOfAUsualVector() {
        for (int round = 0; round < 20_000; round++) {
            float component = random.nextFloat(-1, 1);
            String written = Float.toString(component);
            assertThat((float) parse(written)).as(written).isEqualTo(component);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "-0.0",
                "1",
                "-1.5",
                "1e2",
                "1E+2",
                "1.25e-3",
                "9007199254740992",
                "1e22",
                "1e-22"
            })
    void readsShortOnes(String decimal) {
        assertThat(Double.doubleToRawLongBits(parse(decimal)))
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(decimal)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "1.2.3",
                "x",
                "NaN",
                "Infinity",
                "-Infinity",
                "1e",
                "1e+",
                "1e-",
                "1ex",
                "1e5.5",
                "1e99999",
                "1e23",
                "1e-23",
                "9007199254740993",
                "1234567890123456789",
                "0.1234567890123456789",
                "--1",
                "1 "
            })
    void leavesTheRestToOthers(String decimal) {
        assertThat(parse(decimal)).isNaN();
    }

    private String decimal() {
        BigInteger digits = new BigInteger(1 + random.nextInt(60), new Random(random.nextLong()));
        BigDecimal decimal = new BigDecimal(digits, random.nextInt(-30, 50));
        String written = random.nextBoolean() ? decimal.toString() : decimal.toPlainString();
        return random.nextBoolean() ? written : "-" + written;
    }

    private static double parse(String decimal) {
        char[] text = ("[" + decimal + ",").toCharArray();
        return ShortDecimal.parse(text, 1, decimal.length());
    }
}
