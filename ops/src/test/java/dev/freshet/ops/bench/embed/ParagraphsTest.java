package dev.freshet.ops.bench.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParagraphsTest {
    @Test
    void theSameSeedDrawsTheSameTexts() {
        List<String> texts = Paragraphs.drawn(200, 7);
        assertThat(Paragraphs.drawn(200, 7)).isEqualTo(texts);
        assertThat(Paragraphs.drawn(200, 8)).doesNotContainAnyElementsOf(texts);
        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void drawnTextsHaveOneOrMoreParagraphsOfSentences() {
        List<String> texts = Paragraphs.drawn(500, 3);
        assertThat(texts).allMatch(text -> text.matches("(?s)[A-Z].*[.?]"));
        assertThat(texts).anyMatch(text -> !text.contains("\n\n"));
        assertThat(texts).anyMatch(text -> text.split("\n\n").length >= 4);
        assertThat(texts.stream().mapToInt(String::length).average().orElse(0)).isBetween(500.0, 2_500.0);
    }

    @Test
    void readsTheTextsOfRows(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rows.ndjson");
        Files.writeString(
                file, "{\"id\":1,\"text\":\"one\"}\n\n{\"id\":2,\"text\":\"two\"}\n{\"id\":3,\"text\":\"three\"}\n");
        assertThat(Paragraphs.read(file, 2)).containsExactly("one", "two");
        assertThat(Paragraphs.read(file, 100)).containsExactly("one", "two", "three");
    }

    @Test
    void saysWhichLineIsNoRow(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rows.ndjson");
        Files.writeString(file, "{\"id\":1,\"text\":\"one\"}\n{\"id\":2}\n");
        assertThatThrownBy(() -> Paragraphs.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
        Files.writeString(file, "nonsense\n");
        assertThatThrownBy(() -> Paragraphs.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> Paragraphs.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no rows");
        assertThatThrownBy(() -> Paragraphs.drawn(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
