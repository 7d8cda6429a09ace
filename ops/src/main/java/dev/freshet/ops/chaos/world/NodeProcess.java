package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Freshet process of a {@link World}, that can be killed, paused and started again, always on the same directory and ports. Its output and log go to one file. It ends when this
 * process does. Thread-safe.
 */
public final class NodeProcess implements AutoCloseable {
    private static final long ENDS_WITHIN_S = 60;
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
    private static final long POLL_MS = 100;
    private static final int LINES_SHOWN_MAX = 20;

    private final Setup setup;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();
    private @Nullable Process process;
    private @Nullable PausedProcess pause;
    private Duration clockOffset = Duration.ZERO;
    /** Whether the process that runs, or ran last, was told to end. */
    private boolean toldToEnd = true;

    /**
     * @param directory of its state, its log, and what it is started with
     * @param port that it listens on
     * @param clientPort where clients reach it: its proxy's
     * @param debugPort for a debugger
     * @param settings of {@link dev.freshet.app.FreshetConfig}, but for the port and the directory
     * @param jvmOptions beside those that each node has
     */
    record Setup(
            String name,
            Path directory,
            int port,
            int clientPort,
            int debugPort,
            Map<String, String> settings,
            List<String> jvmOptions) {
        Setup {
            requireNonNull(name, "name is null");
            requireNonNull(directory, "directory is null");
            settings = Map.copyOf(settings);
            jvmOptions = List.copyOf(jvmOptions);
        }
    }

    private NodeProcess(Setup setup) {
        this.setup = setup;
    }

    /** Prepares its directory, and starts nothing. */
    static NodeProcess prepare(Setup setup) throws IOException {
        NodeProcess node = new NodeProcess(setup);
        Files.createDirectories(setup.directory());
        Properties settings = new Properties();
        settings.putAll(setup.settings());
        try (OutputStream out = Files.newOutputStream(node.settingsFile())) {
            settings.store(out, null);
        }
        OffsetClock.set(node.clockFile(), Duration.ZERO);
        return node;
    }

    public String name() {
        return setup.name();
    }

    /** Where clients reach it, through {@link Link#CLIENT_NODE_1} or {@link Link#CLIENT_NODE_2}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + setup.clientPort());
    }

    /** Where nothing is between. */
    public URI directUri() {
        return URI.create("http://127.0.0.1:" + setup.port());
    }

    /** The directory of its local state. */
    public Path stateDirectory() {
        return stateDirectory(setup.directory());
    }

    static Path stateDirectory(Path directory) {
        return directory.resolve("state");
    }

    /** What it printed and logged since it was first started. */
    public Path log() {
        return setup.directory().resolve("node.log");
    }

    /** Where the JVM's debugger interface (JDWP) listens on 127.0.0.1; empty if this Java installation has none. */
    public OptionalInt debugPort() {
        return canBeDebugged() ? OptionalInt.of(setup.debugPort()) : OptionalInt.empty();
    }

    /** Starts it, and returns at once; see {@link #awaitReady}. Does nothing if it runs. */
    public synchronized void start() throws IOException {
        if (alive()) {
            return;
        }
        // A process that was killed may have ended in the middle of a line.
        Files.writeString(
                log(),
                "\n" + LogEntry.MARK + setup.name() + " is started, " + Instant.now() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        process = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        toldToEnd = false;
    }

    /** Kills it with SIGKILL, paused or not, and returns when it is gone. Does nothing if it does not run. */
    public synchronized void kill() throws IOException {
        toldToEnd = true;
        Process victim = process;
        if (victim != null) {
            victim.destroyForcibly();
            awaitEnd(victim);
        }
        resume();
    }

    /** Asks it to stop (SIGTERM), and returns when it has; one that does not within a minute is killed, and an {@link IOException}. */
    public synchronized void stop() throws IOException {
        resume();
        toldToEnd = true;
        Process victim = process;
        if (victim != null) {
            victim.destroy();
            awaitEnd(victim);
        }
    }

    /** Stops it with SIGSTOP: it does nothing, and its connections stay. Does nothing if it is paused. */
    public synchronized void pause() throws IOException {
        Process victim = process;
        if (victim == null || !victim.isAlive()) {
            throw new IOException(setup.name() + " does not run and cannot be paused");
        }
        if (pause == null) {
            pause = PausedProcess.of(victim.pid());
        }
    }

    /** Lets it go on after {@link #pause}; does nothing if it is not paused. */
    public synchronized void resume() throws IOException {
        PausedProcess held = pause;
        if (held != null) {
            pause = null;
            held.close();
        }
    }

    /** Whether its process is there, paused or not. */
    public synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    public synchronized boolean paused() {
        return pause != null && alive();
    }

    /** Its exit status if it has ended and nobody told it to. */
    public synchronized OptionalInt endedByItself() {
        return process == null || toldToEnd || process.isAlive()
                ? OptionalInt.empty()
                : OptionalInt.of(process.exitValue());
    }

    /**
     * Returns when everything that is assigned to it is restored.
     *
     * @throws IOException if that takes longer, or it ends
     */
    public void awaitReady(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isReady()) {
            if (!alive()) {
                throw new IOException(setup.name() + " ended by itself; " + saidLast());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        setup.name() + " was not ready within " + within.toSeconds() + " s; " + saidLast());
            }
            sleep();
        }
    }

    /** Whether it says that everything that is assigned to it is restored. */
    public boolean isReady() throws IOException {
        if (!alive() || paused()) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(directUri().resolve("/readyz"))
                .timeout(ANSWERS_WITHIN)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // It does not listen yet, or is busy.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + setup.name(), e);
        }
    }

    /** Sets its clock forward, or back; what was set before stays added. It takes effect within 100 ms, and stays over restarts. */
    public synchronized void jumpClock(Duration by) throws IOException {
        clockOffset = clockOffset.plus(by);
        OffsetClock.set(clockFile(), clockOffset);
    }

    /** How far its clock is ahead of the system's. */
    public synchronized Duration clockOffset() {
        return clockOffset;
    }

    /** Kills it. */
    @Override
    public void close() throws IOException {
        kill();
    }

    private Path settingsFile() {
        return setup.directory().resolve("node.properties");
    }

    private Path clockFile() {
        return setup.directory().resolve("clock");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                // Most of its life a node is young: compiling less is worth more than fast code.
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + setup.directory().resolve("jvm-error-%p.log"),
                "-Dfile.encoding=UTF-8",
                "-Dlogback.configurationFile=dev/freshet/ops/chaos/world/node-logback.xml"));
        debugPort()
                .ifPresent(port -> command.add(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port));
        command.addAll(setup.jvmOptions());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                NodeMain.class.getName(),
                settingsFile().toString(),
                clockFile().toString()));
        return command;
    }

    private static boolean canBeDebugged() {
        return ModuleFinder.ofSystem().find("jdk.jdwp.agent").isPresent();
    }

    private void awaitEnd(Process victim) throws IOException {
        try {
            if (!victim.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)) {
                victim.destroyForcibly();
                throw new IOException(setup.name() + " does not end, process " + victim.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + setup.name() + " ended", e);
        }
    }

    private String saidLast() throws IOException {
        return "it said last (more in " + log() + "):\n" + String.join("\n", lastLines());
    }

    private List<String> lastLines() throws IOException {
        try (Stream<String> lines = Files.exists(log())
                ? new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines()
                : Stream.empty()) {
            List<String> told = lines.filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                    .toList();
            return told.subList(Math.max(0, told.size() - LINES_SHOWN_MAX), told.size());
        }
    }

    private void sleep() throws IOException {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + setup.name(), e);
        }
    }
}
