package dev.freshet.ops.broker;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The broker as a child process of the same class path.
 *
 * <ul>
 *   <li>{@link #start} returns when the broker answers. It first waits, up to the configured time, for a dying predecessor to let go of
 *       the directory's lock and of the port.
 *   <li>The child ends when its standard input does: at {@link #close}, and also when this process is killed with SIGKILL.
 *   <li>It logs to {@code broker.log} (rolled, at most 3 × 10 MiB) and prints to {@code broker.out} in its directory, never to the
 *       terminal.
 *   <li>A child that does not start is reported as {@link FreshetException} ({@code KAFKA_UNAVAILABLE}) with the last lines of its log.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LOG_LINES_SHOWN_MAX = 8;
    private static final long LOG_TAIL_BYTES_MAX = 64 * 1024;

    private final Process process;
    private final Config config;
    private final int port;

    /**
     * @param directory of the broker's data and logs; created when it is missing
     * @param port of the clients' listener, 0 for a free one
     * @param maxHeap as in {@code -Xmx}, for example {@code 512m}
     * @param predecessorTimeout how long to wait for another process to let go of the directory and the port
     * @param startTimeout how long the child may take until it answers
     * @param stopTimeout how long it may take to stop before it is killed
     * @param listeners beside the one on {@code port}
     */
    public record Config(
            Path directory,
            int port,
            String maxHeap,
            Duration predecessorTimeout,
            Duration startTimeout,
            Duration stopTimeout,
            List<BrokerListener> listeners) {
        public Config {
            requireNonNull(directory, "directory is null");
            requireNonNull(predecessorTimeout, "predecessorTimeout is null");
            requireNonNull(startTimeout, "startTimeout is null");
            requireNonNull(stopTimeout, "stopTimeout is null");
            listeners = List.copyOf(listeners);
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("The port is " + port + ", not from 0 to 65535");
            }
            if (!maxHeap.matches("[1-9][0-9]*[kKmMgG]?")) {
                throw new IllegalArgumentException("The heap size is '" + maxHeap + "', expected something like 512m");
            }
        }

        /** With one listener. */
        public Config(
                Path directory,
                int port,
                String maxHeap,
                Duration predecessorTimeout,
                Duration startTimeout,
                Duration stopTimeout) {
            this(directory, port, maxHeap, predecessorTimeout, startTimeout, stopTimeout, List.of());
        }

        /** 512 MiB of heap; waits 15 s for a predecessor, 60 s for the start and 20 s for the stop. */
        public Config(Path directory, int port) {
            this(directory, port, "512m", Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofSeconds(20));
        }

        /** What the broker logs to, and, with {@code .1} and {@code .2} after it, its older parts. */
        public Path log() {
            return directory.resolve("broker.log");
        }
    }

    private BrokerProcess(Process process, Config config, int port) {
        this.process = process;
        this.config = config;
        this.port = port;
    }

    /** @throws FreshetException with {@code KAFKA_UNAVAILABLE}, saying what is in the way and what to do */
    public static BrokerProcess start(Config config) {
        try {
            Files.createDirectories(config.directory());
        } catch (IOException e) {
            throw unavailable("Cannot create the directory " + config.directory() + ": " + e.getMessage()
                    + ". Choose another one.");
        }
        awaitPredecessor(config);
        try (HeldPorts held = HeldPorts.hold(2)) {
            int port = config.port() == 0 ? held.port(0) : config.port();
            BrokerProcess broker = new BrokerProcess(launch(config, port, held.otherThan(port)), config, port);
            try {
                broker.awaitAnswer();
                return broker;
            } catch (RuntimeException e) {
                broker.close();
                throw e;
            }
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit status when the child ends, for whatever reason. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Why the child ended, with the last lines of its log. To be asked when {@link #onExit} was not expected. */
    public FreshetException death() {
        String ending = process.isAlive() ? "is still running" : "ended with status " + process.exitValue();
        return unavailable("The embedded broker " + ending + ". It said last (more in " + log() + "):\n"
                + String.join("\n", lastLines()) + "\nFix what it says and start again; your data is kept in "
                + config.directory() + ".");
    }

    /** Kills the broker with SIGKILL, and returns when it is gone. What it had acknowledged is there when another is started on its directory. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops the broker cleanly, and forcibly after the configured time. A second call does nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The pipe is gone, and so is the child.
        }
        try {
            if (!process.waitFor(config.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitPredecessor(Config config) {
        long deadline = System.nanoTime() + config.predecessorTimeout().toNanos();
        while (isLocked(config.directory())) {
            if (System.nanoTime() > deadline) {
                throw unavailable("Another broker uses the directory " + config.directory()
                        + ". Stop the other freshet, or choose another directory with --dir.");
            }
            sleep();
        }
        while (config.port() != 0 && !LoopbackPorts.isFree(config.port())) {
            if (System.nanoTime() > deadline) {
                throw unavailable(
                        "Port " + config.port() + " on 127.0.0.1 is used by another process. Stop it, or choose"
                                + " another port with --kafka-port.");
            }
            sleep();
        }
    }

    private static boolean isLocked(Path directory) {
        Path file = EmbeddedBroker.logDirectory(directory).resolve(".lock");
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot try the lock " + file, e);
        }
    }

    private static Process launch(Config config, int port, int controllerPort) {
        Path out = config.directory().resolve("broker.out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + config.maxHeap(),
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfile.encoding=UTF-8",
                "-Dlogback.configurationFile=dev/freshet/ops/broker/broker-logback.xml",
                "-Dfreshet.broker.log=" + config.log(),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                config.directory().toString(),
                String.valueOf(port),
                String.valueOf(controllerPort)));
        config.listeners().forEach(listener -> command.add(listener.toString()));
        try {
            return new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            throw unavailable("Cannot start the embedded broker's process: " + e.getMessage());
        }
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + config.startTimeout().toNanos();
        while (!LoopbackPorts.answers(port)) {
            requireStarting(deadline);
            sleep();
        }
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            long remaining = Math.max(1, deadline - System.nanoTime());
            admin.describeCluster().clusterId().get(remaining, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw death();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while the embedded broker was starting");
        }
        // Someone else may have taken the port and answered.
        requireStarting(Long.MAX_VALUE);
    }

    private void requireStarting(long deadline) {
        if (!process.isAlive()) {
            throw death();
        }
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0) {
            throw unavailable("The embedded broker did not answer within "
                    + config.startTimeout().toSeconds() + " s. See " + log() + ".");
        }
    }

    private Path log() {
        return config.log();
    }

    /** What the child printed itself, or else the end of its log. */
    private List<String> lastLines() {
        List<String> printed = told(config.directory().resolve("broker.out"));
        List<String> lines = printed.isEmpty() ? told(log()) : printed;
        return lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN_MAX), lines.size());
    }

    private static List<String> told(Path file) {
        return tail(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat ") && !line.startsWith("WARNING: "))
                .toList();
    }

    private static List<String> tail(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            channel.position(Math.max(0, size - LOG_TAIL_BYTES_MAX));
            byte[] bytes = Channels.newInputStream(channel).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while the embedded broker was starting");
        }
    }

    private static FreshetException unavailable(String message) {
        return new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, message);
    }
}
