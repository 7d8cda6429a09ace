package dev.freshet.ops.bench.server;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.client.ClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code freshet up} in a JVM of its own, with the class path and the options of this one, that can be killed and started again on the same directory. {@link
 * #close} leaves neither it nor its broker behind; any thread may call it, the other methods are for one.
 */
public final class ServerProcess implements AutoCloseable {
    private static final long ENDS_WITHIN_S = 30;
    private static final int LINES_SHOWN_MAX = 8;

    private final Path directory;
    private final String mainClass;
    private final List<String> options;
    private final HeldPorts ports = HeldPorts.hold(3);
    private @Nullable Process process;
    private List<ProcessHandle> children = List.of();
    private boolean closed;

    /**
     * @param directory of the server's data; its output goes to a file beside it
     * @param mainClass of the command line
     */
    public ServerProcess(Path directory, String mainClass) {
        this(directory, mainClass, List.of());
    }

    /**
     * As above.
     *
     * @param options more options of {@code up}
     */
    public ServerProcess(Path directory, String mainClass, List<String> options) {
        this.directory = requireNonNull(directory, "directory is null");
        this.mainClass = requireNonNull(mainClass, "mainClass is null");
        this.options = List.copyOf(options);
    }

    /** Something that will become true; until then it may also fail for want of an answer. */
    @FunctionalInterface
    public interface Condition {
        boolean holds();
    }

    public String url() {
        return "http://127.0.0.1:" + ports.port(0);
    }

    public Path directory() {
        return directory;
    }

    /** Starts it, and returns at once. */
    public synchronized void start() throws IOException {
        if (closed) {
            throw new IOException("the benchmark is being stopped");
        }
        List<String> arguments = new ArrayList<>(List.of("up"));
        arguments.addAll(List.of("--dir", directory.toString()));
        arguments.addAll(List.of("--port", String.valueOf(ports.port(0))));
        arguments.addAll(List.of("--kafka-port", String.valueOf(ports.port(1))));
        arguments.addAll(List.of("--registry-port", String.valueOf(ports.port(2))));
        arguments.addAll(options);
        process = new ProcessBuilder(JavaCommand.of(mainClass, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
    }

    /** Its process, and those that it started: the broker. */
    public synchronized List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>();
        if (process != null) {
            all.add(process.toHandle());
            all.addAll(process.descendants().toList());
        }
        return all;
    }

    /**
     * Asks again and again until it holds.
     *
     * @throws IOException if that takes longer than {@code within}, or the server ends by itself
     */
    public void await(String what, Duration within, int pollMs, Condition condition) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!holds(condition)) {
            requireAlive();
            if (System.nanoTime() > deadline) {
                throw new IOException("waited " + within.toMinutes() + " minutes for " + what);
            }
            try {
                Thread.sleep(pollMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + what, e);
            }
        }
    }

    /** A server that starts refuses connections, answers 503, and does not know its indexes yet. */
    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (ClientException e) {
            if (e.status() == ClientException.NO_ANSWER || e.status() == 503 || e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** Throws, with the last it said, if it has ended by itself. */
    public synchronized void requireAlive() throws IOException {
        if (process == null || !process.isAlive()) {
            throw new IOException("the server ended by itself: " + lastLines());
        }
    }

    /** Kills it with SIGKILL and returns when it is gone. Its broker notices, and ends by itself a moment later. */
    public void kill() throws IOException {
        Process victim;
        synchronized (this) {
            victim = requireNonNull(process, "not started yet");
            children = victim.descendants().toList();
            victim.destroyForcibly();
        }
        if (!await(victim.toHandle())) {
            throw new IOException("the server does not die, process " + victim.pid());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            end(process);
        }
        ports.close();
    }

    private void end(Process running) {
        List<ProcessHandle> all = new ArrayList<>(children);
        all.addAll(running.descendants().toList());
        running.destroyForcibly();
        await(running.toHandle());
        for (ProcessHandle child : all) {
            if (!await(child)) {
                child.destroyForcibly();
            }
        }
    }

    private static boolean await(ProcessHandle handle) {
        try {
            handle.onExit().get(ENDS_WITHIN_S, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private Path output() {
        return directory.resolveSibling(directory.getFileName() + ".out");
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(output(), StandardCharsets.UTF_8);
            return lines.subList(Math.max(0, lines.size() - LINES_SHOWN_MAX), lines.size()).stream()
                    .collect(Collectors.joining(" / "));
        } catch (IOException e) {
            return "its output cannot be read: " + e.getMessage();
        }
    }
}
