package dev.freshet.ops.chaos.truth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.row.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NotesTest {
    private static final int ROWS = 60;

    private final Random random = Seeds.random("NotesTest");
    private final Notes notes = new Notes(random);

    private static IndexShape shape(int chunkSize, int overlap) {
        return new IndexShape(1, "a", 1, Datasets.NOTES, false, 2, chunkSize, overlap, List.of("title", "text"), null);
    }

    private static JsonNode metadata(Note note) {
        return Made.json(ColumnValues.toJsonObject(note.columns()));
    }

    @Test
    void shouldMakeChunksOfWhichNoTwoAreAlike() {
        for (IndexShape shape : List.of(shape(200, 0), shape(160, 40))) {
            List<String> texts = new ArrayList<>();
            for (int number = 0; number < ROWS; number++) {
                Note note = notes.withText(notes.first(1, number, number), number, 1 + random.nextInt(40));
                texts.addAll(ExpectedRows.texts(note.columns(), shape));
            }
            assertThat(texts).hasSizeGreaterThan(ROWS).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldMakeShortRowsOneChunkInEveryIndex() {
        for (int number = 0; number < ROWS; number++) {
            Note note = notes.first(1, number, 1000 + number);
            List<String> texts = ExpectedRows.texts(note.columns(), shape(200, 0));

            assertThat(texts).hasSize(1);
            assertThat(ExpectedRows.texts(note.columns(), shape(160, 40))).isEqualTo(texts);
        }
    }

    @Test
    void shouldContradictNothingInAnyOfItsChunks() {
        for (int number = 0; number < ROWS; number++) {
            Note note = notes.withLabel(notes.withText(notes.first(2, number, 1), 7, 5));
            for (String text : ExpectedRows.texts(note.columns(), shape(160, 40))) {
                assertThat(Notes.contradiction(text, metadata(note))).isEmpty();
            }
        }
    }

    @Test
    void shouldSeeTextsOfOtherVersionsAndRows() {
        Note first = notes.first(1, 1, 1);
        Note second = notes.withText(first, 2, 3);

        assertThat(Notes.contradiction(first.text(), metadata(second))).isPresent();
        assertThat(Notes.contradiction(second.text(), metadata(first))).isPresent();
        assertThat(Notes.contradiction(notes.first(1, 2, 1).text(), metadata(first)))
                .isPresent();
        assertThat(Notes.contradiction("no mark at all", metadata(first))).isEmpty();
    }

    @Test
    void shouldMakeIdsThatAreDistinct() {
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < ROWS; number++) {
            ids.add(Notes.id(1, number));
        }
        assertThat(ids).doesNotHaveDuplicates().anyMatch(id -> id.contains("#")).anyMatch(id -> id.contains("/"));
    }

    @Test
    void shouldMakeRowsThatAreTooLong() {
        Object text = notes.oversize(notes.first(1, 1, 1), 2).get("text");

        assertThat(String.valueOf(text).length()).isGreaterThan(1 << 20);
    }
}
