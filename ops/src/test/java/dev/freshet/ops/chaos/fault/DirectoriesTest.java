package dev.freshet.ops.chaos.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
    private final Path directory;

    DirectoriesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldCopyATreeWithTheTimesOfItsFiles() throws IOException {
        Path from = directory.resolve("from");
        Path file = from.resolve("a/b/stamp");
        Files.createDirectories(from.resolve("a/b"));
        Files.createDirectories(from.resolve("empty"));
        Files.writeString(file, "seven", UTF_8);
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(file, time);
        Path to = directory.resolve("to");
        Directories.copy(from, to);
        assertThat(to.resolve("a/b/stamp")).hasContent("seven");
        assertThat(Files.getLastModifiedTime(to.resolve("a/b/stamp"))).isEqualTo(time);
        assertThat(to.resolve("empty")).isDirectory();
        assertThat(Directories.size(to)).isEqualTo(5);
        Directories.empty(to);
        assertThat(to).isEmptyDirectory();
        assertThat(file).exists();
    }
}
