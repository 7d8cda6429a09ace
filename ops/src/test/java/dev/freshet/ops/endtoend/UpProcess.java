package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.cli.Main;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code freshet up} in a process of its own, on one directory and the same ports each time it is started. Close it to stop it. */
final class UpProcess implements AutoCloseable {
    private final Path directory;
    private final List<String> options;
    private final HeldPorts ports = HeldPorts.hold(3);
    private Running running;

    /** The process, and its broker's. */
    record Running(Process process, ProcessHandle broker) {}

    private UpProcess(Path directory, List<String> options) throws Exception {
        this.directory = directory;
        this.options = options;
        this.running = launch();
    }

    /** Starts it, and returns when it listens. */
    static UpProcess start(Path directory, String... options) throws Exception {
        return new UpProcess(directory, List.of(options));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + ports.port(0));
    }

    /** The one that runs, or that ran last. */
    Running running() {
        return running;
    }

    /** Kills it as the operating system would, and returns when it is gone; its broker may take longer. */
    void kill() throws InterruptedException {
        running.process().destroyForcibly();
        assertThat(running.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts it after it has ended, and returns when it listens and the broker of the one before is gone. */
    void startAgain() throws Exception {
        ProcessHandle before = running.broker();
        running = launch();
        before.onExit().get(60, TimeUnit.SECONDS);
    }

    void stop() throws InterruptedException {
        running.process().destroy();
        if (!running.process().waitFor(60, TimeUnit.SECONDS)) {
            running.process().destroyForcibly();
            throw new AssertionError("it did not stop");
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.process().destroyForcibly();
            throw new AssertionError("interrupted while it stopped", e);
        } finally {
            ports.close();
        }
    }

    private Running launch() throws Exception {
        Path errors = directory.resolve("errors.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                // It lives too shortly for what the optimizing compiler, and vector instructions that need it, give
                // back.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfreshet.distance=scalar",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "up",
                "--dir",
                directory.resolve("home").toString(),
                "--port",
                String.valueOf(ports.port(0)),
                "--kafka-port",
                String.valueOf(ports.port(1)),
                "--registry-port",
                String.valueOf(ports.port(2))));
        command.addAll(options);
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            String line = output.readLine();
            while (line != null && !line.startsWith("Freshet is up at ")) {
                line = output.readLine();
            }
            assertThat(line).as(Files.readString(errors)).isNotNull();
            return new Running(process, broker(process));
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The broker among the children, by an argument that comes early (a long command line is cut): a model that loads may look for GPUs with a short-lived command of its own. */
    private static ProcessHandle broker(Process process) {
        List<ProcessHandle> brokers = process.children()
                .filter(child -> child.info().commandLine().orElse("").contains("-Dfreshet.broker.log="))
                .toList();
        assertThat(brokers).hasSize(1);
        return brokers.get(0);
    }
}
