package dev.freshet.ops.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.broker.LoopbackPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that says what it does, line by line, stopped at snapshot writing, which it really does. */
@Timeout(60)
class MethodStopTest {
    private final Path directory;

    MethodStopTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldStopBeforeAMethod() throws Exception {
        try (Child child = Child.start(directory)) {
            try (MethodStop stop = MethodStop.attach(child.port, KillPoint.SNAPSHOT_BEFORE_FSYNC, 1)) {
                child.go();
                assertThat(stop.await(() -> false)).isTrue();
                child.kill();
            }
            assertThat(child.rest()).containsExactly("created 1", "written 1");
        }
    }

    @Test
    void shouldStopAfterAMethodAtTheCallThatCounts() throws Exception {
        try (Child child = Child.start(directory)) {
            try (MethodStop stop = MethodStop.attach(child.port, KillPoint.SNAPSHOT_WRITTEN, 2)) {
                child.go();
                assertThat(stop.await(() -> false)).isTrue();
                child.kill();
            }
            // Back in its caller, which has not said so yet.
            assertThat(child.rest()).containsExactly("created 1", "written 1", "committed 1", "created 2", "written 2");
        }
    }

    @Test
    void shouldLetItGoOnWhereThePointIsNotMet() throws Exception {
        try (Child child = Child.start(directory)) {
            try (MethodStop stop = MethodStop.attach(child.port, KillPoint.STORE_BEFORE_WRITE, 1)) {
                child.go();
                assertThat(stop.await(() -> false)).as("the JVM has ended").isFalse();
            }
            assertThat(child.rest()).hasSize(3 * SnapshotChild.SNAPSHOTS);
            assertThatThrownBy(() -> MethodStop.attach(child.port, KillPoint.STORE_BEFORE_WRITE, 1))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldGiveUpWhenItIsToldTo() throws Exception {
        try (Child child = Child.start(directory)) {
            try (MethodStop stop = MethodStop.attach(child.port, KillPoint.SNAPSHOT_WRITTEN, 1)) {
                assertThat(stop.await(() -> true)).isFalse();
            }
            child.go();
            assertThat(child.rest()).hasSize(3 * SnapshotChild.SNAPSHOTS);
        }
    }

    /** A {@link SnapshotChild}, which waits for a line before it begins. */
    private record Child(Process process, int port, BufferedReader out) implements AutoCloseable {
        static Child start(Path directory) throws IOException {
            int port = LoopbackPorts.lasting(1).get(0);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port,
                            "-cp",
                            System.getProperty("java.class.path"),
                            SnapshotChild.class.getName(),
                            directory.resolve("1.snapshot").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("ready");
            return new Child(process, port, out);
        }

        void go() throws IOException {
            OutputStream in = process.getOutputStream();
            in.write('\n');
            in.flush();
        }

        void kill() throws InterruptedException {
            // By its handle: the process itself would close what is to be read.
            process.toHandle().destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        List<String> rest() {
            return out.lines().toList();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
