package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.FreshetConfig;
import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code freshet serve} in a process of its own, on one directory and the same port each time it is started. Close it to stop it. */
final class ServeProcess implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final Path output;
    private final List<String> command;
    private final HeldPorts ports;
    private Process process;

    private ServeProcess(Path output, List<String> command, HeldPorts ports) throws IOException {
        this.output = output;
        this.command = List.copyOf(command);
        this.ports = ports;
        this.process = launch();
    }

    /**
     * Starts it; see {@link #awaitReady}.
     *
     * @param directory of its state and its log, for it alone; its name is the instance's
     * @param settings beside those that a process of the cluster needs
     */
    static ServeProcess start(Cluster cluster, String prefix, Path directory, Map<String, String> settings)
            throws IOException {
        Files.createDirectories(directory);
        HeldPorts ports = HeldPorts.hold(1);
        Map<String, String> all = new HashMap<>();
        all.put(FreshetConfig.PREFIX, prefix);
        all.put(FreshetConfig.PARTITIONS, String.valueOf(Cluster.PARTITIONS));
        all.put(FreshetConfig.REPLICATION, "1");
        all.put(FreshetConfig.INSTANCE_ID, directory.getFileName().toString());
        all.putAll(settings);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // It lives too shortly for what the optimizing compiler, and vector instructions that need it, give
                // back.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfreshet.distance=scalar",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--bootstrap-servers",
                cluster.bootstrapServers(),
                "--schema-registry",
                cluster.registryUrl(),
                "--port",
                String.valueOf(ports.port(0)),
                "--dir",
                directory.resolve("state").toString()));
        all.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        return new ServeProcess(directory.resolve("output.txt"), command, ports);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + ports.port(0));
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Everything that it has printed and logged since it was first started. */
    String output() {
        try {
            return Files.exists(output) ? Files.readString(output, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new AssertionError("cannot read " + output, e);
        }
    }

    /** Returns when everything that is assigned to it is restored. */
    void awaitReady() {
        User user = new User(uri());
        Eventually.passes(STARTS_WITHIN, () -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            try {
                assertThat(user.send("GET", "/readyz", "application/json", "").status())
                        .isEqualTo(200);
            } catch (IOException e) {
                throw new AssertionError("it does not listen yet", e);
            }
        });
    }

    /** Kills it as the operating system would, and returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Asks it to stop, and returns when it has. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not stop");
        }
    }

    /** Starts it after it has ended. */
    void startAgain() throws IOException {
        assertThat(process.isAlive()).isFalse();
        process = launch();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new AssertionError("interrupted while it stopped", e);
        } finally {
            ports.close();
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }
}
