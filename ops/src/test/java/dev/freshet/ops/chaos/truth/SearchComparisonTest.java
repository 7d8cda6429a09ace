package dev.freshet.ops.chaos.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.SearchAnswer.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchComparisonTest {
    private static final int ROWS = 200;
    private static final int DIMENSIONS = 8;

    private final Random random = Seeds.random("SearchComparisonTest");
    private final List<FoundRow> rows = IntStream.range(0, ROWS)
            .mapToObj(number -> new FoundRow(
                    "r" + number,
                    0,
                    number,
                    List.of(new Chunk(0, "text " + number, Searches.direction(random, DIMENSIONS))),
                    Made.json("{}"),
                    ""))
            .toList();
    private final SearchComparison comparison = new SearchComparison("here", rows);
    private final float[] query = Searches.direction(random, DIMENSIONS);

    private List<Hit> nearest(int k) {
        List<Hit> hits = new ArrayList<>();
        for (FoundRow row : rows) {
            Chunk chunk = row.chunks().get(0);
            hits.add(new Hit(
                    chunk.id(row.key()),
                    row.key(),
                    SearchComparison.cosine(chunk.vector(), query),
                    chunk.text(),
                    row.metadata()));
        }
        hits.sort(Comparator.comparingDouble(Hit::distance));
        return new ArrayList<>(hits.subList(0, k));
    }

    private static SearchAnswer answer(List<Hit> hits) {
        return new SearchAnswer(hits, 1, 1, true, Map.of(0, 5L));
    }

    private void finds(List<Hit> hits) {
        assertThat(comparison.exact(query, 10, answer(hits)))
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isEqualTo(Invariant.EXACT_SEARCH));
    }

    @Test
    void shouldAcceptWhatBruteForceGives() {
        assertThat(comparison.exact(query, 10, answer(nearest(10)))).isEmpty();
        assertThat(comparison.exact(query, 1_000, answer(nearest(ROWS)))).isEmpty();
    }

    @Test
    void shouldFindExactSearchesThatMissOne() {
        List<Hit> hits = nearest(11);
        hits.remove(random.nextInt(10));
        finds(hits);
        finds(nearest(9));
    }

    @Test
    void shouldFindWrongTextsDistancesAndChunks() {
        for (Hit wrong : List.of(
                new Hit("r1#7", "r1", 0, "", Made.json("{}")),
                with(nearest(1).get(0), "another text", 0),
                with(nearest(1).get(0), nearest(1).get(0).text(), 0.01))) {
            List<Hit> hits = nearest(10);
            hits.set(0, wrong);
            finds(hits);
        }
    }

    private static Hit with(Hit hit, String text, double further) {
        return new Hit(hit.id(), hit.row(), hit.distance() + further, text, hit.metadata());
    }

    @Test
    void shouldFindAnswersThatAreIncompleteAtRest() {
        SearchAnswer incomplete = new SearchAnswer(nearest(10), 2, 1, false, Map.of(0, 5L));

        assertThat(comparison.exact(query, 10, incomplete))
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isEqualTo(Invariant.PROGRESS));
    }

    @Test
    void shouldMeasureRecall() {
        List<Hit> half = nearest(15).subList(5, 15);

        assertThat(comparison.found(query, 10, answer(nearest(10)))).isEqualTo(10);
        assertThat(comparison.found(query, 10, answer(half))).isEqualTo(5);
        assertThat(comparison.recall(List.of(query), 10, List.of(answer(nearest(10)))))
                .isEmpty();
        assertThat(comparison.recall(List.of(query), 10, List.of(answer(half))))
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isEqualTo(Invariant.EXACT_SEARCH));
    }

    @Test
    void shouldFindChunksThatDoNotFindThemselves() {
        Hit own = new Hit("r3#0", "r3", 0, "text 3", Made.json("{}"));

        assertThat(comparison.self("r3#0", false, answer(List.of(own)))).isEmpty();
        for (List<Hit> others : List.of(List.<Hit>of(), List.of(with(own, "text 3", 0.1)))) {
            assertThat(comparison.self("r3#0", false, answer(others)))
                    .hasValueSatisfying(
                            finding -> assertThat(finding.invariant()).isEqualTo(Invariant.SNAPSHOTS));
            assertThat(comparison.self("r3#0", true, answer(others)))
                    .hasValueSatisfying(
                            finding -> assertThat(finding.invariant()).isEqualTo(Invariant.ONE_MODEL));
        }
    }
}
