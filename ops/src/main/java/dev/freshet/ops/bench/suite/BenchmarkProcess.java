package dev.freshet.ops.bench.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.ops.bench.server.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs each benchmark in a JVM of its own, with the class path and the options of this one: what one leaves behind in memory or in compiled code is not the next one's,
 * and one that crashes or hangs can be told so. {@link #close} ends the one that runs; any thread may call it, {@link #run} is for one.
 */
public final class BenchmarkProcess implements Suite.Runner, AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final long ENDS_WITHIN_S = 60;

    private final String mainClass;
    private final Settings settings;
    private final Path directory;
    private @Nullable Process process;
    private boolean closed;

    /**
     * How they are run.
     *
     * @param quick whether with small sizes
     * @param within how long one may take, more than 0
     * @param visible whether its progress is shown on standard error
     * @param jvmOptions beside this JVM's
     */
    public record Settings(boolean quick, Duration within, boolean visible, List<String> jvmOptions) {
        public Settings {
            jvmOptions = List.copyOf(jvmOptions);
            if (within.toMillis() < 1) {
                throw new IllegalArgumentException("a benchmark cannot be run within " + within);
            }
        }
    }

    /**
     * @param mainClass of the command line
     * @param directory for what they write
     */
    public BenchmarkProcess(String mainClass, Settings settings, Path directory) {
        this.mainClass = requireNonNull(mainClass, "mainClass is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.directory = requireNonNull(directory, "directory is null");
    }

    @Override
    public Suite.Run run(BenchmarkPlan plan) throws IOException, InterruptedException {
        Path report = directory.resolve(plan.name() + ".json");
        Path output = directory.resolve(plan.name() + ".out");
        List<String> arguments = new ArrayList<>(plan.arguments(settings.quick()));
        arguments.addAll(List.of("--json", report.toString()));
        Process started = start(arguments, output);
        ErrorOutput errors = new ErrorOutput(started.getErrorStream(), settings.visible() ? System.err : null);
        try {
            if (!started.waitFor(settings.within().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("not done within " + settings.within().toSeconds() + " s");
            }
        } finally {
            end(started);
        }
        if (started.exitValue() != 0) {
            throw new IOException(errors.reason().orElse("ended with exit code " + started.exitValue()));
        }
        JsonNode json = MAPPER.readTree(report.toFile());
        return new Suite.Run(json, Files.readString(output, UTF_8));
    }

    @Override
    public void close() {
        Process running;
        synchronized (this) {
            closed = true;
            running = process;
        }
        if (running != null) {
            try {
                end(running);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized Process start(List<String> arguments, Path output) throws IOException {
        if (closed) {
            throw new IOException("the benchmarks are being stopped");
        }
        Process started = new ProcessBuilder(JavaCommand.of(settings.jvmOptions(), mainClass, arguments))
                .redirectOutput(output.toFile())
                .start();
        process = started;
        return started;
    }

    /** It is told to stop, so that it stops what it has started; if it does not, all of that is killed. Nothing happens to one that has ended. */
    private static void end(Process process) throws InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS);
        } finally {
            if (process.isAlive()) {
                process.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }
}
