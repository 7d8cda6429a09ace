package dev.freshet.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class RowTextTest {
    @Test
    void joinsColumnsInOrderWithABlankLine() {
        assertThat(RowText.join(Arrays.asList("title", null, " \u00A0", "body")))
                .isEqualTo("title\n\nbody");
        assertThat(RowText.join(Arrays.asList(null, ""))).isEmpty();
    }

    @Test
    void hashIsTheBeginningOfSha256() {
        assertThat(HexFormat.of().formatHex(TextHash.of("abc"))).isEqualTo("ba7816bf8f01cfea414140de5dae2223");
    }

    @Test
    void hashTellsALoneSurrogateFromAQuestionMark() {
        assertThat(TextHash.of("a\uD800")).isNotEqualTo(TextHash.of("a?")).isEqualTo(TextHash.of("a\uFFFD"));
    }
}
