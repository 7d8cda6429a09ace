package dev.freshet.connect.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes, since what is shown is that the operating system ends the child's input. */
@Timeout(120)
class ParentWatchTest {
    /** Does nothing for ever, but for its watch. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws InterruptedException {
            ParentWatch.start(System.in);
            System.out.println(ProcessHandle.current().pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Starts a child as the command line starts the worker, and does nothing for ever. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            new ProcessBuilder(command(Child.class))
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void aChildEndsWhenItsParentIsKilled() throws Exception {
        Process parent = new ProcessBuilder(command(Parent.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessHandle child;
        try (BufferedReader told = new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))) {
            child = ProcessHandle.of(Long.parseLong(requireNonNull(told.readLine(), "the child said nothing")))
                    .orElseThrow();
            assertThat(child.isAlive()).isTrue();
        } finally {
            parent.destroyForcibly();
        }
        assertThat(parent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try {
            child.onExit().get(30, TimeUnit.SECONDS);
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aChildWhoseInputGoesOnGoesOn() throws Exception {
        Process child = new ProcessBuilder(command(Child.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
            assertThat(told.readLine()).isEqualTo(String.valueOf(child.pid()));
            child.getOutputStream().write("anything".getBytes(UTF_8));
            child.getOutputStream().flush();
            assertThat(child.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();

            child.getOutputStream().close();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    private static List<String> command(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
