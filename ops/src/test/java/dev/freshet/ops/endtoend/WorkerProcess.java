package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Kafka Connect worker in a process of its own, as the build has made it, without the command line in front of it. Close it to stop it. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);
    private static final String FOLLOWS = "Freshet follows ";

    private final Path directory;
    private final List<String> command;
    private final Map<String, String> environment;
    private Process process;
    private int starts;

    private WorkerProcess(
            Path directory, List<String> command, List<String> firstSettings, Map<String, String> environment)
            throws IOException {
        this.directory = directory;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.process = launch(firstSettings);
    }

    /** Where {@code mvn package} puts the worker and the plug-ins. */
    static Path built() {
        Path built = Path.of("..", "connectors", "target").toAbsolutePath().normalize();
        assertThat(built.resolve("worker").resolve("lib"))
                .as("the module connectors has been packaged")
                .isDirectory();
        return built;
    }

    /**
     * Starts it; see {@link #awaitSources}. Until it is started again it keeps nowhere how far it is, as if it were killed before its first second is over: then a snapshot that is over is taken anew.
     *
     * @param directory of its output and its log, for it alone
     * @param environment beside this process's
     */
    static WorkerProcess start(
            Cluster cluster, String prefix, Path directory, Map<String, String> environment, List<Path> files)
            throws IOException {
        Files.createDirectories(directory);
        Path built = built();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dfreshet.connect.log=" + directory.resolve("connect.log"),
                "-cp",
                built.resolve("worker").resolve("lib") + "/*",
                "dev.freshet.connect.worker.ConnectWorker",
                "--set",
                "bootstrap.servers=" + cluster.bootstrapServers(),
                "--set",
                "topic.prefix=" + prefix,
                "--set",
                "rest.port=0",
                "--set",
                "plugin.path=" + built.resolve("plugins")));
        files.forEach(file -> command.add(file.toString()));
        return new WorkerProcess(directory, command, List.of("--set", "offset.flush.interval.ms=3600000"), environment);
    }

    /** Returns when all sources run. */
    void awaitSources() {
        Eventually.passes(STARTS_WITHIN, () -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            assertThat(output()).as("output of start %d", starts).contains(FOLLOWS);
        });
    }

    /** What it has printed since it was last started. */
    String output() {
        return read(out());
    }

    /** Everything that it has printed and logged. */
    List<String> told() throws IOException {
        List<String> told = new ArrayList<>();
        try (var files = Files.list(directory)) {
            files.filter(Files::isRegularFile).forEach(file -> told.add(read(file)));
        }
        return told;
    }

    /** Kills it as the operating system would, and returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts it after it has ended. */
    void startAgain() throws IOException {
        assertThat(process.isAlive()).isFalse();
        process = launch(List.of());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it did not stop: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new AssertionError("interrupted while it stopped", e);
        }
    }

    private Path out() {
        return directory.resolve("output-" + starts + ".txt");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    private Process launch(List<String> more) throws IOException {
        starts++;
        List<String> whole = new ArrayList<>(command);
        whole.addAll(more);
        ProcessBuilder builder =
                new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(out().toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
