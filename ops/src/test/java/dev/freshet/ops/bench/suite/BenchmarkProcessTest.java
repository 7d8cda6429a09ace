package dev.freshet.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // fields are set by JUnit
class BenchmarkProcessTest {
    @TempDir
    private Path directory;

    /** Stands for the command line: writes a report, fails, or never ends, as it is told. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            switch (arguments[1]) {
                case "good" -> {
                    System.out.println("printed " + Arrays.asList(arguments).subList(2, 5));
                    Files.writeString(
                            Path.of(arguments[arguments.length - 1]),
                            "{\"name\": \"good\", \"figures\": {\"option\": \"" + System.getProperty("extra") + "\"}}");
                }
                case "bad" -> {
                    System.err.println("WARNING: incubating");
                    System.err.println("freshet: the server ended by itself");
                    System.err.println("\tat some.Place");
                    System.exit(1);
                }
                case "silent" -> System.exit(3);
                default -> Thread.sleep(Duration.ofMinutes(10).toMillis());
            }
        }
    }

    @Test
    void readsTheReportOfOneThatGoesWell() throws Exception {
        try (BenchmarkProcess process = process(Duration.ofMinutes(1))) {
            Suite.Run run = process.run(plan("good"));
            assertThat(run.text().strip()).isEqualTo("printed [--always, --small, --json]");
            assertThat(run.report().path("figures").path("option").asText()).isEqualTo("given");
        }
    }

    @Test
    void tellsWhyOneFailed() throws Exception {
        try (BenchmarkProcess process = process(Duration.ofMinutes(1))) {
            assertThatThrownBy(() -> process.run(plan("bad")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the server ended by itself");
            assertThatThrownBy(() -> process.run(plan("silent")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("ended with exit code 3");
        }
    }

    @Test
    void endsOneThatTakesTooLong() throws Exception {
        try (BenchmarkProcess process = process(Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> process.run(plan("hanging")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("not done within 1 s");
        }
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }

    @Test
    void startsNothingAnyMoreOnceItIsClosed() {
        BenchmarkProcess process = process(Duration.ofMinutes(1));
        process.close();
        assertThatThrownBy(() -> process.run(plan("good")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("being stopped");
    }

    private BenchmarkProcess process(Duration within) {
        return new BenchmarkProcess(
                Program.class.getName(),
                new BenchmarkProcess.Settings(true, within, false, List.of("-Dextra=given")),
                directory);
    }

    private static BenchmarkPlan plan(String name) {
        return new BenchmarkPlan(name, List.of("--always"), List.of("--small"), List.of(), false);
    }
}
