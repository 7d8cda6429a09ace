package dev.freshet.schemas.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnPoliciesTest {
    private static final HashKey KEY = new HashKey("a key of the test's own");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "john.smith@example.com | j***@***",
                "Ümit@example.com       | Ü***@***",
                "7up@example.com        | ****@***",
                "John Smith             | J*** S****",
                "Li Na                  | ** **",
                "M                      | *",
                "+31 6 12 34 56 78      | +** * ** ** ** **",
                "1980-05-17             | ****-**-**",
                "A123 4B                | A*** **",
                "4111-1111-1111-1111    | ****-****-****-****",
                "OBrien-Anna, Maria     | O*****-A***, M****",
                "张伟                     | **",
                "欧阳娜娜                   | 欧***",
                "see j.d@example.com!   | s** *.*@e******.c**!",
            })
    void shouldKeepTheShapeOfWhatIsMasked(String value, String masked) {
        assertThat(ColumnMask.mask(value)).isEqualTo(masked);
        assertThat(ColumnMask.mask(masked)).isEqualTo(masked);
    }

    @Test
    void shouldMaskEveryKindOfValue() {
        assertThat(ColumnMask.mask(null)).isNull();
        assertThat(ColumnMask.mask(new Unavailable())).isEqualTo(new Unavailable());
        assertThat(ColumnMask.mask(true)).isEqualTo("*");
        assertThat(ColumnMask.mask(-120L)).isEqualTo("-***");
        assertThat(ColumnMask.mask(12.5)).isEqualTo("**.*");
        assertThat(ColumnMask.mask(new Json("12345678901234567890"))).isEqualTo("*".repeat(20));
        assertThat(ColumnMask.mask(new Json("{\"name\": \"Anna\", \"born\": 1980, \"tags\": [\"abc\", null, true]}")))
                .isEqualTo(new Json("{\"name\":\"A***\",\"born\":\"****\",\"tags\":[\"a**\",null,\"*\"]}"));
        assertThat(ColumnMask.mask("half \ud800 a pair")).isEqualTo("h*** * * p***");
    }

    /** RFC 4231, test case 1. */
    @Test
    void shouldHashAsTheStandardSays() {
        assertThat(new HashKey("\u000b".repeat(20)).hash("Hi There"))
                .isEqualTo("hmac:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThatThrownBy(() -> new HashKey("too short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 16")
                .hasMessageNotContaining("too short");
        assertThat(KEY.toString()).doesNotContain("test's own");
    }

    @Test
    void shouldHashEveryKindOfValueSoThatEqualOnesStayEqual() {
        ColumnPolicies policies = ColumnPolicies.parse(Map.of("v", "hash"));
        assertThat(apply(policies, "v", 42L)).isEqualTo(KEY.hash("42")).isEqualTo(apply(policies, "v", "42"));
        assertThat(apply(policies, "v", "43")).isNotEqualTo(KEY.hash("42"));
        assertThat(apply(policies, "v", true)).isEqualTo(KEY.hash("true"));
        assertThat(apply(policies, "v", new Json("12345678901234567890"))).isEqualTo(KEY.hash("12345678901234567890"));
        assertThat(apply(policies, "v", new Json("{ \"a\": 1 }"))).isEqualTo(KEY.hash("{\"a\":1}"));
        assertThat(apply(policies, "v", null)).isNull();
        assertThat(apply(policies, "v", new Unavailable())).isEqualTo(new Unavailable());
        assertThat(String.valueOf(apply(policies, "v", "x"))).matches("hmac:[0-9a-f]{64}");
    }

    private static @Nullable Object apply(ColumnPolicies policies, String column, @Nullable Object value) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put(column, value);
        return policies.apply(columns, KEY).get(column);
    }

    @Test
    void shouldRefuseToHashWithoutAKey() {
        ColumnPolicies policies = ColumnPolicies.parse(Map.of("phone", "hash"));
        assertThat(policies.needsKey()).isTrue();
        assertThatThrownBy(() -> policies.apply(new HashMap<>(Map.of("phone", "0612345678")), null))
                .isInstanceOf(FreshetException.class)
                .hasMessageContaining("'phone'")
                .hasMessageNotContaining("0612345678")
                .extracting(e -> ((FreshetException) e).code())
                .isEqualTo(ErrorCode.HASH_KEY_MISSING);
        Map<String, @Nullable Object> others = new HashMap<>(Map.of("id", 1L));
        assertThat(policies.apply(others, null)).isEqualTo(others);
    }

    @Test
    void shouldDoWhatEachColumnsPolicySays() {
        ColumnPolicies policies =
                ColumnPolicies.parse(Map.of("a", "drop", "b", "mask", "c", "hash", "d", "keep", "gone", "mask"));
        Map<String, @Nullable Object> row =
                new HashMap<>(Map.of("a", "Anna", "b", "Anna", "c", "Anna", "d", "Anna", "e", "Anna"));
        Map<String, @Nullable Object> before = new HashMap<>(row);

        assertThat(policies.apply(row, KEY))
                .isEqualTo(Map.of("b", "A***", "c", KEY.hash("Anna"), "d", "Anna", "e", "Anna"));
        assertThat(row).isEqualTo(before);
        assertThat(policies.protects()).isTrue();
        assertThat(ColumnPolicies.parse(Map.of("d", "keep")).protects()).isFalse();
        assertThat(policies.names()).containsEntry("c", "hash").hasSize(5);
        assertThatThrownBy(() -> ColumnPolicies.parse(Map.of("a", "encrypt")))
                .hasMessageContaining("'encrypt'")
                .hasMessageContaining("keep, drop, mask, hash");
    }

    @Test
    void shouldTellStricterPoliciesFromLooserOnes() {
        ColumnPolicies none = ColumnPolicies.NONE;
        ColumnPolicies keep = ColumnPolicies.parse(Map.of("a", "keep"));
        ColumnPolicies mask = ColumnPolicies.parse(Map.of("a", "mask"));
        ColumnPolicies drop = ColumnPolicies.parse(Map.of("a", "drop"));
        assertThat(mask.isStricterThan(none)).isTrue();
        assertThat(mask.isStricterThan(keep)).isTrue();
        assertThat(drop.isStricterThan(mask)).isTrue();
        assertThat(mask.isStricterThan(drop))
                .as("it changes what was kept before drop")
                .isTrue();
        assertThat(mask.isStricterThan(mask)).isFalse();
        assertThat(keep.isStricterThan(mask)).isFalse();
        assertThat(none.isStricterThan(mask)).isFalse();
    }

    @Test
    void shouldDoNothingToWhatWasDoneAlready() {
        long seed = Long.getLong("freshet.test.seed", System.nanoTime());
        System.out.println("ColumnPoliciesTest: -Dfreshet.test.seed=" + seed);
        Random random = new Random(seed);
        List<String> names = List.of("keep", "drop", "mask", "hash");
        for (int round = 0; round < 2_000; round++) {
            Map<String, String> policies = new HashMap<>();
            Map<String, @Nullable Object> row = new HashMap<>();
            for (int column = 0; column < 6; column++) {
                policies.put("c" + column, names.get(random.nextInt(names.size())));
                row.put("c" + column, value(random));
            }
            ColumnPolicies parsed = ColumnPolicies.parse(policies);
            Map<String, @Nullable Object> once = parsed.apply(row, KEY);
            assertThat(parsed.changed(once, KEY))
                    .as("seed %s: %s of %s", seed, policies, row)
                    .isEmpty();
        }
    }

    private static @Nullable Object value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian();
            case 4 -> new Json("[" + random.nextInt() + ", {\"k\": \"" + random.nextInt() + " x@y.zz\"}]");
            case 5 -> new Unavailable();
            default -> text(random);
        };
    }

    private static String text(Random random) {
        String pool = "abcXYZ 019*@@.-:'ß漢字\u0301\ud83d\ude00\ud800";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(pool.charAt(random.nextInt(pool.length())));
        }
        return random.nextInt(10) == 0 ? KEY.hash(text.toString()) : text.toString();
    }
}
