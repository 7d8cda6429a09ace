package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.change;
import static dev.freshet.ops.chaos.truth.Made.fold;
import static dev.freshet.ops.chaos.truth.Made.home;
import static dev.freshet.ops.chaos.truth.Made.note;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.Journal.Acknowledged;
import dev.freshet.ops.chaos.truth.Journal.Content;
import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final int HOME = home("notes", "a");
    private static final Content ONE = Content.row("notes", "a", Map.of("id", "a", "text", "one"));

    private static int missing(RowsFold fold, Content content, long offset, boolean exact) {
        Journal journal = new Journal();
        journal.add(new Acknowledged(content, new Place(HOME, offset), exact));
        assertThat(journal.missing(fold))
                .allSatisfy(finding -> assertThat(finding.invariant()).isEqualTo(Invariant.ACKNOWLEDGED_SEARCHABLE));
        return journal.missing(fold).size();
    }

    @Test
    void shouldFindWhatIsInItsPlace() {
        assertThat(missing(fold(note("a", 3, "one")), ONE, 3, true)).isZero();
        assertThat(missing(fold(note("a", 3, "one"), note("a", 4, "two")), ONE, 3, true))
                .isZero();
    }

    @Test
    void shouldMissWhatIsNotThereOrSomethingElse() {
        assertThat(missing(fold(), ONE, 3, true)).isOne();
        assertThat(missing(fold(note("a", 4, "one")), ONE, 3, true)).isOne();
        assertThat(missing(fold(note("a", 3, "two")), ONE, 3, true)).isOne();
        assertThat(missing(fold(change("notes", "a", 3, null)), ONE, 3, true)).isOne();
        assertThat(missing(fold(note("a", 3, "one")), Content.delete("notes", "a"), 3, true))
                .isOne();
    }

    @Test
    void shouldLookBeforeThePlaceOfALaterRowOfTheBatch() {
        assertThat(missing(fold(note("a", 3, "one")), ONE, 5, false)).isZero();
        assertThat(missing(fold(note("a", 6, "one")), ONE, 5, false)).isOne();
        assertThat(missing(fold(note("a", 3, "two")), ONE, 5, false)).isOne();
    }

    @Test
    void shouldCompareVectors() {
        String json = "{\"columns\": {\"edit\": 1}, \"vector\": [1, 0.5]}";
        RowsFold fold = fold(change("own", "a", 3, json));
        int home = home("own", "a");
        for (float second : new float[] {0.5f, 0.25f}) {
            Journal journal = new Journal();
            journal.add(new Acknowledged(
                    new Content("own", "a", false, Map.of("edit", 1L), new float[] {1, second}, false),
                    new Place(home, 3),
                    true));
            assertThat(journal.missing(fold)).hasSize(second == 0.5f ? 0 : 1);
        }
    }
}
