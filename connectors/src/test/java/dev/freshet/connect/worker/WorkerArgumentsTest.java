package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerArgumentsTest {
    @Test
    void readsOptionsAndFiles(@TempDir Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("worker.properties"), "a=file\nb=file\n");
        WorkerArguments given = WorkerArguments.parse(List.of(
                "--with-parent", "--set", "a=x=y", "--config", config.toString(), "one", "--dry-run", "--json", "two"));
        assertThat(given)
                .isEqualTo(new WorkerArguments(
                        Map.of("a", "x=y", "b", "file"), List.of(Path.of("one"), Path.of("two")), true, true, true));
        assertThat(WorkerArguments.parse(List.of("one")))
                .isEqualTo(new WorkerArguments(Map.of(), List.of(Path.of("one")), false, false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--set", "--set x one", "--set =x one", "--confg x one", "--config"})
    void refusesOthers(String arguments) {
        assertThatThrownBy(() -> WorkerArguments.parse(arguments.isEmpty() ? List.of() : List.of(arguments.split(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("usage: ConnectWorker");
    }
}
