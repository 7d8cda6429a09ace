package dev.freshet.ops.bench.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivingRowsTest {
    private static final int EXISTING = 20;
    private static final int ROWS = 200;
    private static final Set<String> THERE =
            IntStream.range(0, EXISTING).mapToObj(i -> "v" + i).collect(Collectors.toSet());

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.7, 1})
    void mixesNewAndKnownIdsEvenly(double updates) {
        ArrivingRows rows = new ArrivingRows(vectors(500), EXISTING, updates, 7);
        Set<String> added = new HashSet<>();
        for (int number = 0; number < ROWS; number++) {
            String id = rows.row(number).id();
            assertThat(THERE.contains(id) || added.add(id)).as(id).isTrue();
            assertThat(rows.added(number + 1)).isEqualTo(added.size());
            assertThat(number + 1 - added.size()).isCloseTo((int) ((number + 1) * updates), within(1));
        }
        assertThat(added)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(EXISTING, EXISTING + added.size())
                        .mapToObj(i -> "v" + i)
                        .toList());
    }

    @Test
    void goesThroughAllKnownIdsBeforeOneComesAgain() {
        ArrivingRows rows = new ArrivingRows(vectors(500), EXISTING, 1, 7);
        List<String> first = ids(rows, 0, EXISTING);
        assertThat(first).containsExactlyInAnyOrderElementsOf(THERE);
        assertThat(ids(rows, EXISTING, 2 * EXISTING)).isEqualTo(first);
        assertThat(ids(new ArrivingRows(vectors(500), EXISTING, 1, 8), 0, EXISTING))
                .as("another seed")
                .isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.5, 1})
    void knowsTheLastRowOfAnIdAndOfAVector(double updates) {
        float[][] vectors = vectors(90);
        ArrivingRows rows = new ArrivingRows(vectors, EXISTING, updates, 7);
        Map<String, Long> lastOfId = new HashMap<>();
        Map<Float, Long> lastOfVector = new HashMap<>();
        for (long number = 0; number < ROWS; number++) {
            ArrivingRows.Row row = rows.row(number);
            lastOfId.put(row.id(), number);
            lastOfVector.put(row.vector()[0], number);
        }
        int last = 0;
        for (long number = 0; number < ROWS; number++) {
            ArrivingRows.Row row = rows.row(number);
            boolean expected = lastOfId.getOrDefault(row.id(), -1L) == number
                    && lastOfVector.getOrDefault(row.vector()[0], -1L) == number;
            assertThat(rows.isLast(number, ROWS)).as("row %d", number).isEqualTo(expected);
            last += expected ? 1 : 0;
        }
        assertThat(last).isPositive();
    }

    @Test
    void writesABatchAsTheServerTakesIt() throws IOException {
        ArrivingRows rows = new ArrivingRows(vectors(3), EXISTING, 0, 7);
        JsonNode items = new ObjectMapper().readTree(rows.body(2, 2)).path("items");
        assertThat(items).hasSize(2);
        assertThat(items.path(0).path("id").asText()).isEqualTo("v22");
        assertThat(items.path(0).path("vector").path(0).asDouble()).isEqualTo(2);
        assertThat(items.path(1).path("id").asText()).isEqualTo("v23");
        assertThat(items.path(1).path("vector").path(0).asDouble())
                .as("from the first again")
                .isZero();
    }

    @Test
    void refusesWhatIsNoMix() {
        for (double updates : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new ArrivingRows(vectors(1), 1, updates, 7))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new IngestLoad(1, 1, updates)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new IngestLoad(0, 1, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ArrivingRows(new float[0][], 1, 0.5, 7))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> ids(ArrivingRows rows, long first, long end) {
        return LongStream.range(first, end)
                .mapToObj(number -> rows.row(number).id())
                .toList();
    }

    /** Each begins with its position. */
    private static float[][] vectors(int count) {
        return IntStream.range(0, count).mapToObj(i -> new float[] {i, 1}).toArray(float[][]::new);
    }
}
