package dev.freshet.schemas.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Unavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PiiSampleTest {
    private static final List<String> FAMILY = List.of("Jansen", "Müller", "Rossi", "García", "Nowak", "Smith");

    @Test
    void shouldFindByValuesWhatNamesDoNotTell() {
        long seed = Long.getLong("freshet.test.seed", System.nanoTime());
        System.out.println("PiiSampleTest: -Dfreshet.test.seed=" + seed);
        Random random = new Random(seed);
        PiiSample sample = sample(60, i -> {
            Map<String, @Nullable Object> row = new HashMap<>();
            row.put("id", (long) i);
            row.put("contact", random.nextInt(10) == 0 ? null : word(random) + i + "@example.org");
            row.put("line", "+" + (31 + random.nextInt(50)) + " " + (100_000_000 + random.nextInt(900_000_000)));
            row.put("origin", (100 + random.nextInt(100)) + "." + random.nextInt(256) + ".0." + random.nextInt(256));
            row.put("reference", String.valueOf(random.nextLong(1_000_000_000_000L, 9_000_000_000_000L)));
            row.put("serial", 100_000_000L + i);
            row.put("amount", random.nextInt(100_000) / 100.0);
            row.put("version", "1." + random.nextInt(20) + ".0." + random.nextInt(50));
            row.put("note", "Called " + FAMILY.get(random.nextInt(FAMILY.size())) + " about order " + i + ".");
            row.put("extra", new Json("{\"email\": \"a@example.org\"}"));
            return row;
        });

        assertThat(sample.findings())
                .as("seed %s", seed)
                .extracting(PiiFinding::column, PiiFinding::kind)
                .containsExactly(
                        tuple("contact", PiiKind.EMAIL),
                        tuple("line", PiiKind.PHONE),
                        tuple("origin", PiiKind.IP_ADDRESS));
        assertThat(sample.findings())
                .allSatisfy(finding -> assertThat(finding.share()).isEqualTo(1.0));
    }

    private static String word(Random random) {
        return FAMILY.get(random.nextInt(FAMILY.size())).toLowerCase(Locale.ROOT);
    }

    private static PiiSample sample(int rows, IntFunction<Map<String, @Nullable Object>> row) {
        return sample(rows, rows, row);
    }

    private static PiiSample sample(int rows, int rowsMax, IntFunction<Map<String, @Nullable Object>> row) {
        PiiSample sample = new PiiSample(rowsMax);
        IntStream.range(0, rows).forEach(i -> sample.add(row.apply(i), ColumnPolicies.NONE));
        return sample;
    }

    private static Map<String, @Nullable Object> column(String name, @Nullable Object value) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put(name, value);
        return row;
    }

    @Test
    void shouldTellTheShare() {
        PiiSample sample = sample(10, i -> column("contact", i < 7 ? "a" + i + "@example.org" : "none"));
        assertThat(sample.findings()).containsExactly(new PiiFinding("contact", PiiKind.EMAIL, 0.7));
        assertThat(sample(10, i -> column("contact", i < 5 ? "a" + i + "@example.org" : "none"))
                        .findings())
                .isEmpty();
    }

    @Test
    void shouldWantMoreValuesWhereFormsProveLess() {
        assertThat(sample(2, i -> column("c", "a" + i + "@example.org")).findings())
                .isEmpty();
        assertThat(sample(3, i -> column("c", "a" + i + "@example.org")).findings())
                .hasSize(1);
        assertThat(sample(4, i -> column("c", "415-555-267" + i)).findings()).isEmpty();
        assertThat(sample(5, i -> column("c", "415-555-267" + i)).findings()).hasSize(1);
        assertThat(sample(11, i -> column("c", 111_222_333L)).findings()).isEmpty();
        assertThat(sample(12, i -> column("c", 111_222_333L)).findings()).hasSize(1);
        assertThat(sample(500, i -> column("c", 111_222_000L + i)).findings())
                .as("numbers that are counted up have the right check digit now and then")
                .isEmpty();
    }

    @Test
    void shouldNotLetAFewEarlyRowsDecide() {
        IntFunction<Map<String, @Nullable Object>> addressesFirst =
                i -> column("c", i < 20 ? "a" + i + "@example.org" : "A paragraph, the " + i + "th.");
        for (int rows = 1; rows <= 100; rows++) {
            assertThat(sample(rows, 200, addressesFirst).findings())
                    .as("%d rows", rows)
                    .isEmpty();
        }
        IntFunction<Map<String, @Nullable Object>> everySecond =
                i -> column("c", i % 2 == 0 ? "a" + i + "@example.org" : null);
        assertThat(sample(98, 200, everySecond).findings()).as("49 values").isEmpty();
        assertThat(sample(99, 200, everySecond).findings())
                .as("50 values")
                .containsExactly(new PiiFinding("c", PiiKind.EMAIL, 1.0));
        assertThat(sample(98, 98, everySecond).findings()).as("all rows").hasSize(1);
        assertThat(sample(1, 200, i -> column("email", "none")).findings())
                .as("names are believed at once")
                .containsExactly(PiiFinding.byName("email", PiiKind.EMAIL));
        assertThatThrownBy(() -> new PiiSample(0)).hasMessageContaining("rowsMax");
    }

    @Test
    void shouldGoByTheNameUnlessTheValuesAreFlags() {
        assertThat(sample(1, i -> column("email", "none")).findings())
                .containsExactly(PiiFinding.byName("email", PiiKind.EMAIL));
        assertThat(sample(1, i -> column("email", null)).findings()).hasSize(1);
        assertThat(sample(3, i -> column("email", i % 2 == 0)).findings()).isEmpty();
        assertThat(sample(3, i -> column("email", new Unavailable())).findings())
                .hasSize(1);
        assertThat(PiiSample.ofNames(List.of("id", "last_name", "city")))
                .containsExactly(PiiFinding.byName("last_name", PiiKind.NAME));
    }

    @Test
    void shouldPassOverColumnsWithAPolicyAndBoundTheRest() {
        PiiSample sample = new PiiSample(1);
        sample.add(column("email", "a@example.org"), ColumnPolicies.parse(Map.of("email", "keep")));
        assertThat(sample.findings()).isEmpty();

        PiiSample wide = sample(3_000, i -> column("email" + i, "a@example.org"));
        assertThat(wide.findings()).hasSize(500);
    }
}
