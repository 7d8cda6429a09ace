package dev.freshet.ops.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads the states of processes from {@code /proc}. */
@Timeout(60)
class PausedProcessTest {
    @Test
    void stopsAProcessAndLetsItGoOn() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        try {
            PausedProcess paused = PausedProcess.of(sleeper.pid());
            awaitStopped(sleeper.pid(), true);
            paused.close();
            awaitStopped(sleeper.pid(), false);
            assertThat(sleeper.isAlive()).isTrue();
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void letsGoOfAProcessThatWasKilled() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        PausedProcess paused = PausedProcess.of(sleeper.pid());
        sleeper.destroyForcibly().waitFor();
        paused.close();
        assertThatThrownBy(() -> PausedProcess.of(sleeper.pid())).isInstanceOf(IOException.class);
    }

    @Test
    void letsGoWhenTheOneWhoPausesIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            assertThat(line).isNotNull();
            long sleeper = Long.parseLong(line);
            awaitStopped(sleeper, true);
            parent.destroyForcibly().waitFor();
            awaitStopped(sleeper, false);
            ProcessHandle.of(sleeper).ifPresent(ProcessHandle::destroyForcibly);
        } finally {
            parent.destroyForcibly();
        }
    }

    /** Starts a process, pauses it, tells its id, and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Process sleeper = new ProcessBuilder("sleep", "300").start();
            try (PausedProcess paused = PausedProcess.of(sleeper.pid())) {
                System.out.println(sleeper.pid());
                Thread.sleep(Duration.ofMinutes(5).toMillis());
                assertThat(paused).isNotNull();
            }
        }
    }

    private static void awaitStopped(long pid, boolean stopped) throws Exception {
        while (isStopped(pid) != stopped) {
            Thread.sleep(5);
        }
    }

    private static boolean isStopped(long pid) throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        return status.charAt(status.lastIndexOf(')') + 2) == 'T';
    }
}
