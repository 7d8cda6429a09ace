package dev.freshet.ops.chaos.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.KnownRows.Known;
import dev.freshet.ops.chaos.truth.KnownRows.Name;
import dev.freshet.ops.chaos.truth.SearchAnswer.Hit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Chunk CHUNK = new Chunk(1, "text", new float[] {1, 0});
    private static final Hit HIT = hit("a#1", "a", 0, "text");

    private static Known row(boolean deleted) {
        return new Known(new Name("notes", "a"), 2, 10, deleted, Map.of("notes_v1", List.of(CHUNK)));
    }

    private static Hit hit(String id, String row, double distance, String text) {
        return new Hit(id, row, distance, text, Made.json("{}"));
    }

    private static SearchAnswer complete(long position, Hit... hits) {
        return new SearchAnswer(List.of(hits), 1, 1, true, Map.of(2, position));
    }

    @Test
    void shouldWantTheRowFirst() {
        assertThat(Verdict.of(row(false), CHUNK, complete(10, HIT), false)).isEqualTo(Verdict.RIGHT);
        assertThat(Verdict.of(row(false), CHUNK, complete(9, HIT), false)).isEqualTo(Verdict.RIGHT);
        assertThat(Verdict.of(row(false), CHUNK, complete(10, hit("b#0", "b", 0, ""), HIT), false))
                .isEqualTo(Verdict.RIGHT);
        assertThat(Verdict.of(row(false), CHUNK, complete(10, hit("b#0", "b", 0.3, "")), false))
                .isEqualTo(Verdict.WRONG);
        assertThat(Verdict.of(row(false), CHUNK, complete(10, hit("a#1", "a", 0, "old text")), false))
                .isEqualTo(Verdict.WRONG);
        assertThat(Verdict.of(row(false), CHUNK, complete(10, hit("a#1", "a", 0.2, "text")), false))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void shouldGoByWhatTheAnswerSaysItReflects() {
        assertThat(Verdict.of(row(false), CHUNK, complete(9), false)).isEqualTo(Verdict.BEHIND);
        assertThat(Verdict.of(row(false), CHUNK, complete(9), true)).isEqualTo(Verdict.WRONG);
        assertThat(Verdict.of(row(false), CHUNK, new SearchAnswer(List.of(), 2, 1, false, Map.of(0, 99L)), false))
                .isEqualTo(Verdict.INCOMPLETE);
        assertThat(Verdict.of(row(false), CHUNK, new SearchAnswer(List.of(), 2, 1, false, Map.of(2, 99L)), false))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void shouldNotWantTheDeleted() {
        assertThat(Verdict.of(row(true), CHUNK, complete(10), false)).isEqualTo(Verdict.RIGHT);
        assertThat(Verdict.of(row(true), CHUNK, complete(10, hit("b#0", "b", 0.2, "x")), false))
                .isEqualTo(Verdict.RIGHT);
        assertThat(Verdict.of(row(true), CHUNK, complete(10, hit("a#7", "a", 0.9, "x")), false))
                .isEqualTo(Verdict.WRONG);
        assertThat(Verdict.of(row(true), CHUNK, complete(9, HIT), false)).isEqualTo(Verdict.BEHIND);
        assertThat(Verdict.of(row(true), CHUNK, complete(9, HIT), true)).isEqualTo(Verdict.WRONG);
    }
}
