package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.NOTES;
import static dev.freshet.ops.chaos.truth.Made.change;
import static dev.freshet.ops.chaos.truth.Made.columns;
import static dev.freshet.ops.chaos.truth.Made.fold;
import static dev.freshet.ops.chaos.truth.Made.home;
import static dev.freshet.ops.chaos.truth.Made.note;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LetterComparisonTest {
    private static final int HOME = home("notes", "a");
    private static final String BAD = ErrorCode.UNDECODABLE_RECORD.code();
    private static final String LARGE = ErrorCode.ROW_TOO_LARGE.code();

    private final RowsFold fold = fold(
            note("a", 0, "one"),
            change("notes", "a", HOME, 1, "{half", BAD),
            change("notes", "a", HOME, 2, columns("a", "long"), LARGE),
            change("notes", "a", HOME, 3, columns("a", "longer"), LARGE));
    private final List<JsonNode> right = List.of(
            letter("0-" + HOME + "-1", "open", BAD),
            letter("0-" + HOME + "-2-7", "superseded", LARGE),
            letter("0-" + HOME + "-3-7", "open", LARGE));

    private static JsonNode letter(String id, String state, String code) {
        return Made.json("{\"id\": \"" + id + "\", \"state\": \"" + state + "\", \"code\": \"" + code + "\"}");
    }

    private List<Finding> compare(List<JsonNode> letters) {
        return LetterComparison.of("here", fold, List.of(NOTES, Made.OWN), letters);
    }

    @Test
    void shouldAcceptTheLettersOfBadRecords() {
        assertThat(compare(right)).isEmpty();
    }

    @Test
    void shouldFindMissingLetters() {
        for (int i = 0; i < right.size(); i++) {
            List<JsonNode> letters = new ArrayList<>(right);
            letters.remove(i);
            assertThat(compare(letters)).extracting(Finding::invariant).containsExactly(Invariant.REFUSALS);
        }
    }

    @Test
    void shouldFindLettersOfGoodRecords() {
        List<JsonNode> letters = new ArrayList<>(right);
        letters.add(letter("0-" + HOME + "-0", "open", BAD));
        assertThat(compare(letters)).hasSize(1);
    }

    @Test
    void shouldFindOtherReasonsAndStates() {
        List<JsonNode> reason = new ArrayList<>(right);
        reason.set(0, letter("0-" + HOME + "-1", "open", "invalid_row"));
        assertThat(compare(reason)).hasSize(1);
        List<JsonNode> state = new ArrayList<>(right);
        state.set(1, letter("0-" + HOME + "-2-7", "open", LARGE));
        assertThat(compare(state)).hasSize(1);
    }
}
