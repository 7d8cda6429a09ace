package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectProcessTest {
    private static final ConnectProcess.Home HOME = new ConnectProcess.Home(Path.of("/built"));

    @Test
    void theWorkerHasAClassPathOfItsOwn() {
        ConnectProcess.Request request = new ConnectProcess.Request(
                Map.of("topic.prefix", "test", "plugin.path", "/built/plugins"),
                List.of(Path.of("one"), Path.of("two")),
                Path.of("worker.properties"),
                true,
                true);
        List<String> command = ConnectProcess.command(HOME, Path.of("/logs/connect.log"), request, " -Xmx2g  -Da=b ");
        assertThat(command.get(0)).endsWith("java");
        assertThat(command)
                .containsSubsequence("-Xmx1g", "-Xmx2g", "-Da=b", "-Dfreshet.connect.log=/logs/connect.log")
                .containsSubsequence("-cp", "/built/worker/lib/*", "dev.freshet.connect.worker.ConnectWorker")
                .doesNotContain(System.getProperty("java.class.path"));
        assertThat(command.subList(command.indexOf("dev.freshet.connect.worker.ConnectWorker") + 1, command.size()))
                .containsExactly(
                        "--with-parent",
                        "--dry-run",
                        "--json",
                        "--config",
                        "worker.properties",
                        "--set",
                        "plugin.path=/built/plugins",
                        "--set",
                        "topic.prefix=test",
                        "one",
                        "two");
    }

    @Test
    void whatIsNotAskedForIsLeftOut() {
        ConnectProcess.Request request =
                new ConnectProcess.Request(Map.of(), List.of(Path.of("one")), null, false, false);
        assertThat(request.arguments()).containsExactly("--with-parent", "one");
        assertThat(ConnectProcess.command(HOME, Path.of("l"), request, null)).doesNotContain("");
    }

    @Test
    void aFileIsNeeded() {
        CommandLineRun run = CommandLineRun.of("connect");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("FILE");
    }
}
