package dev.freshet.connect.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectWorkerTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Path directory;

    ConnectWorkerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void showsWhatFilesBecomeAndNoPassword() throws IOException {
        Path file = source("url=postgresql://app:canary@db/shop\n");
        assertThat(run(file.toString(), "--dry-run")).isZero();
        assertThat(printed.toString(UTF_8))
                .contains("# shop", "database.password=***", "slot.name=test_shop", "its password in the file itself")
                .doesNotContain("canary");
    }

    @Test
    void tellsWrongArgumentsFromWrongFiles() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--nonsense")).isEqualTo(2);
        assertThat(run(directory.resolve("nowhere").toString())).isEqualTo(1);
        assertThat(run(source("type=oracle\n").toString())).isEqualTo(1);
        assertThat(printed.toString(UTF_8))
                .contains(
                        "no source file is given",
                        "there is no option --nonsense",
                        "there is no file",
                        "type is 'oracle'");
    }

    private Path source(String settings) throws IOException {
        return Files.writeString(directory.resolve("shop.properties"), "name=shop\ntables=album:albums\n" + settings);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--set", "plugin.path=/plugins", "--set", "topic.prefix=test"));
        all.addAll(List.of(arguments));
        PrintStream stream = new PrintStream(printed, true, UTF_8);
        return new ConnectWorker(new WorkerOutput(stream, stream)).run(all);
    }
}
