package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.NOTES_ID;
import static dev.freshet.ops.chaos.truth.Made.change;
import static dev.freshet.ops.chaos.truth.Made.columns;
import static dev.freshet.ops.chaos.truth.Made.fold;
import static dev.freshet.ops.chaos.truth.Made.home;
import static dev.freshet.ops.chaos.truth.Made.note;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.RowsFold.Letter;
import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.error.ErrorCode;
import org.junit.jupiter.api.Test;

class RowsFoldTest {
    private static final int HOME = home("notes", "a");
    private static final int ELSEWHERE = (HOME + 1) % Made.PARTITIONS;

    private static RowTruth row(RowsFold fold, String key) {
        return requireNonNull(fold.rows(NOTES_ID).get(key), key);
    }

    @Test
    void shouldFollowEditsDeletesAndReturns() {
        RowsFold fold =
                fold(note("a", 0, "one"), note("a", 1, "two"), change("notes", "a", 2, null), note("a", 5, "x"));

        assertThat(row(fold, "a").columns()).containsEntry("text", "x");
        assertThat(row(fold, "a").from()).isEqualTo(new Place(HOME, 5));
        assertThat(row(fold, "a").earlier()).isEmpty();
        assertThat(fold.deleted(NOTES_ID)).isEmpty();
        assertThat(fold.ends()).containsEntry(HOME, 5L);
        assertThat(fold.findings()).isEmpty();

        RowsFold gone = fold(note("a", 0, "one"), change("notes", "a", 2, "{\"op\": \"delete\"}"));
        assertThat(gone.rows(NOTES_ID)).isEmpty();
        assertThat(gone.deleted(NOTES_ID)).containsExactly("a");
    }

    @Test
    void shouldTellWhatChangedNothing() {
        RowTruth row = row(fold(note("a", 0, "one"), note("a", 3, "two"), note("a", 7, "two")), "a");

        assertThat(row.from().offset()).isEqualTo(3);
        assertThat(row.last().offset()).isEqualTo(7);
        assertThat(row.earlier()).hasSize(1);
    }

    @Test
    void shouldWantRowsFromWrongPartitionsAtHomeOnce() {
        TopicRecord wrong = change("notes", "a", ELSEWHERE, 0, columns("a", "one"), "");

        assertThat(fold(wrong, note("a", 4, "one")).findings()).isEmpty();
        assertThat(row(fold(wrong, note("a", 4, "one")), "a").last().offset()).isEqualTo(4);
        assertThat(fold(wrong).findings())
                .extracting(Finding::invariant)
                .containsExactly(Invariant.ACKNOWLEDGED_SEARCHABLE);
        assertThat(fold(wrong).rows(NOTES_ID)).isEmpty();
        assertThat(fold(wrong, note("a", 4, "one"), note("a", 5, "one")).findings())
                .hasSize(1);
    }

    @Test
    void shouldLeaveOutPoisonAndWantItsLetter() {
        RowsFold fold =
                fold(note("a", 0, "one"), change("notes", "a", HOME, 1, "{half", ErrorCode.UNDECODABLE_RECORD.code()));

        assertThat(row(fold, "a").columns()).containsEntry("text", "one");
        assertThat(fold.letters()).containsExactly(new Letter(new Place(HOME, 1), ErrorCode.UNDECODABLE_RECORD, 0, ""));
        assertThat(fold.ends()).containsEntry(HOME, 1L);
    }

    @Test
    void shouldKeepWhatNoIndexCanTakeAndWantItsLetter() {
        RowsFold fold = fold(
                note("a", 0, "one"),
                change("notes", "a", HOME, 1, columns("a", "very long"), ErrorCode.ROW_TOO_LARGE.code()));

        assertThat(row(fold, "a").oversize()).isTrue();
        assertThat(row(fold, "a").earlier()).hasSize(1);
        assertThat(fold.letters())
                .containsExactly(new Letter(new Place(HOME, 1), ErrorCode.ROW_TOO_LARGE, NOTES_ID, "a"));
    }

    @Test
    void shouldKeepColumnsThatAreLeftOut() {
        String leftOut = "{\"columns\": {\"id\": \"a\", \"label\": \"red\"}, \"unavailable\": [\"text\"]}";

        assertThat(row(fold(note("a", 0, "one"), change("notes", "a", 1, leftOut)), "a")
                        .columns())
                .containsEntry("text", "one")
                .containsEntry("label", "red");
        RowsFold without = fold(change("notes", "a", 1, leftOut));
        assertThat(without.rows(NOTES_ID)).isEmpty();
        assertThat(without.letters()).extracting(Letter::code).containsExactly(ErrorCode.VALUE_UNAVAILABLE);
    }

    @Test
    void shouldKeepMetadataBesideANewVector() {
        String first = "{\"columns\": {\"edit\": 1}, \"vector\": [1, 2]}";
        String second = "{\"keep_columns\": true, \"vector\": [3, 4]}";
        RowsFold fold = fold(change("own", "a", 0, first), change("own", "a", 1, second));

        RowTruth row = requireNonNull(fold.rows(2).get("a"));
        assertThat(row.columns()).containsEntry("edit", 1L);
        assertThat(row.vector()).containsExactly(3, 4);
    }

    @Test
    void shouldTellDatasetsOfOneNameApart() {
        RowsFold fold = fold(
                change("notes", "a", 0, "{\"dataset_id\": 99, \"columns\": {\"text\": \"old\"}}"), note("b", 0, "new"));

        assertThat(fold.rows(NOTES_ID)).containsOnlyKeys("b");
        assertThat(fold.rows(99)).containsOnlyKeys("a");
    }

    @Test
    void shouldFindRecordsThatNobodyMeantToBeBad() {
        assertThat(fold(change("notes", "a", 0, "{half")).findings())
                .extracting(Finding::invariant)
                .containsExactly(Invariant.ACKNOWLEDGED_SEARCHABLE);
    }
}
