package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.NOTES;
import static dev.freshet.ops.chaos.truth.Made.change;
import static dev.freshet.ops.chaos.truth.Made.columns;
import static dev.freshet.ops.chaos.truth.Made.fold;
import static dev.freshet.ops.chaos.truth.Made.found;
import static dev.freshet.ops.chaos.truth.Made.home;
import static dev.freshet.ops.chaos.truth.Made.note;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.schemas.error.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowComparisonTest {
    private final RowsFold fold = fold(
            note("a", 0, "one"),
            note("a", 1, "three"),
            note("b", 2, "two words"),
            note("gone", 3, "x"),
            change("notes", "gone", 4, null));
    private final Map<String, FoundRow> right = Map.of("a", found("a", 1, "three"), "b", found("b", 2, "two words"));

    private List<Finding> compare(Map<String, FoundRow> rows) {
        return RowComparison.of("here", Made.expected(fold, NOTES), rows, fold.deleted(Made.NOTES_ID));
    }

    private List<Invariant> breaches(String key, FoundRow row) {
        Map<String, FoundRow> rows = new HashMap<>(right);
        rows.put(key, row);
        return compare(rows).stream().map(Finding::invariant).toList();
    }

    @Test
    void shouldFindNothingWhereAllIsRight() {
        assertThat(compare(right)).isEmpty();
    }

    @Test
    void shouldFindMissingRows() {
        assertThat(compare(Map.of("a", found("a", 1, "three"))))
                .extracting(Finding::invariant)
                .containsExactly(Invariant.ACKNOWLEDGED_SEARCHABLE);
    }

    @Test
    void shouldFindPhantomsAndTheRisen() {
        assertThat(breaches("c", found("c", 9, "who?"))).containsExactly(Invariant.EXACT_IDS);
        assertThat(breaches("gone", found("gone", 3, "x"))).containsExactly(Invariant.NO_RESURRECTION);
    }

    @Test
    void shouldFindOlderVersions() {
        assertThat(breaches("a", found("a", 0, "one"))).containsExactly(Invariant.NEWEST_VERSION);
        assertThat(breaches("a", found("a", 2, "three"))).containsExactly(Invariant.NEWEST_VERSION);
    }

    @Test
    void shouldFindOtherMetadata() {
        FoundRow row = found("a", 1, "three");
        assertThat(breaches("a", new FoundRow("a", row.partition(), 1, row.chunks(), Made.json("{\"id\": \"z\"}"), "")))
                .containsExactly(Invariant.NEWEST_VERSION);
    }

    @Test
    void shouldFindOrphanAndMissingChunks() {
        assertThat(breaches("a", found("a", 1, "three", "more"))).containsExactly(Invariant.EXACT_IDS);
        assertThat(breaches("a", found("a", 1))).containsExactly(Invariant.EXACT_IDS);
    }

    @Test
    void shouldFindCutTexts() {
        assertThat(breaches("a", found("a", 1, "thre"))).containsExactly(Invariant.WHOLE_TEXT);
    }

    @Test
    void shouldFindVectorsOfAnotherModel() {
        FoundRow row = found("a", 1, "three");
        for (float[] vector : List.of(new float[] {1, 4}, new float[] {1}, new float[] {1, Float.NaN})) {
            FoundRow other =
                    new FoundRow("a", row.partition(), 1, List.of(new Chunk(0, "three", vector)), row.metadata(), "");
            assertThat(breaches("a", other)).containsExactly(Invariant.ONE_MODEL);
        }
    }

    @Test
    void shouldFindWrongPartitions() {
        FoundRow row = found("a", 1, "three");
        assertThat(breaches("a", new FoundRow("a", home("notes", "a") + 1, 1, row.chunks(), row.metadata(), "")))
                .containsExactly(Invariant.EXACT_IDS);
    }

    @Test
    void shouldFindGoodRowsThatFailed() {
        FoundRow row = found("a", 1, "three");
        assertThat(breaches(
                        "a", new FoundRow("a", row.partition(), 1, row.chunks(), row.metadata(), "embedding_refused")))
                .containsExactly(Invariant.ACKNOWLEDGED_SEARCHABLE);
    }

    @Test
    void shouldWantRowsThatAreTooLongMarkedAndNoneOfTheirText() {
        RowsFold tooLong = fold(
                note("a", 0, "one"),
                note("a", 1, "three"),
                change("notes", "a", home("notes", "a"), 2, columns("a", "endless"), ErrorCode.ROW_TOO_LARGE.code()));
        Map<String, ExpectedRow> expected = Made.expected(tooLong, NOTES);
        FoundRow kept = found("a", 2, "one");

        assertThat(RowComparison.of("here", expected, Map.of("a", failed(kept)), Set.of()))
                .isEmpty();
        assertThat(RowComparison.of("here", expected, Map.of("a", failed(found("a", 2))), Set.of()))
                .isEmpty();
        assertThat(RowComparison.of("here", expected, Map.of("a", kept), Set.of()))
                .extracting(Finding::invariant)
                .containsExactly(Invariant.REFUSALS);
        assertThat(RowComparison.of("here", expected, Map.of("a", failed(found("a", 2, "endless"))), Set.of()))
                .extracting(Finding::invariant)
                .containsExactly(Invariant.NEWEST_VERSION);
    }

    private static FoundRow failed(FoundRow row) {
        return new FoundRow(
                row.key(),
                row.partition(),
                row.version(),
                row.chunks(),
                row.metadata(),
                ErrorCode.ROW_TOO_LARGE.code());
    }
}
