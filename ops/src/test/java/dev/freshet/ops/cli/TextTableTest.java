package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void alignsAndCutsTheLastColumnToTheWidth() {
        TextTable table = new TextTable("n", "name", "text");
        table.add(1, "日本", "several\nwords   in one line that is too long");
        table.add(10, "a", "short");
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out), 30);

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo(" n  name  text");
        assertThat(lines.get(1)).isEqualTo(" 1  日本  several words in on…");
        assertThat(lines.get(2)).isEqualTo("10  a     short");
    }

    @Test
    void countsColumnsOfWideAndCombiningCharacters() {
        assertThat(TextWidth.of("日本語")).isEqualTo(6);
        assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
        assertThat(TextWidth.of("\uD83D\uDE00")).isEqualTo(2);
        assertThat(TextWidth.fit("日本語", 4)).isEqualTo("日…");
    }
}
