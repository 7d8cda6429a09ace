package dev.freshet.ops.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealTextsTest {
    @Test
    void areFoundBesideTheCloneOrWhereTheyAreNamed(@TempDir Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("work/clone"));
        Path elsewhere = directory.resolve("elsewhere");
        Path texts = Files.createDirectories(directory.resolve("work/shared/data/text"));
        Path rows = Files.writeString(texts.resolve("xquad-en-paragraphs.ndjson"), "{}");
        assertThat(RealTexts.find(null, home)).as("without questions").isEmpty();

        Path questions = Files.writeString(texts.resolve("xquad-en-questions.ndjson"), "{}");
        RealTexts expected = new RealTexts(rows, questions);
        assertThat(RealTexts.find(null, home)).contains(expected);
        assertThat(RealTexts.find(directory.resolve("work/shared").toString(), elsewhere))
                .contains(expected);
        assertThat(RealTexts.find(elsewhere.toString(), home))
                .as("what is named counts alone")
                .isEmpty();
        assertThat(RealTexts.absent()).contains("-Dfreshet.shared", "xquad-en-questions.ndjson");
    }
}
