package dev.freshet.ops.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka Connect worker as a child process on a class path of its own: Connect brings an HTTP server that must not meet ours. It prints to this process's
 * output, and ends when its standard input does, however this process ends. {@link #close} may be called by any thread.
 */
final class ConnectProcess implements AutoCloseable {
    private static final String MAIN_CLASS = "dev.freshet.connect.worker.ConnectWorker";
    private static final String JAVA_OPTIONS = "FRESHET_CONNECT_JAVA_OPTS";
    private static final long STOPS_WITHIN_S = 40;

    private final Process process;
    private final AtShutdown shutdown;

    private ConnectProcess(Process process) {
        this.process = process;
        this.shutdown = AtShutdown.close(this::end);
    }

    /**
     * Where the build has put the worker and the plug-ins.
     *
     * @param directory that holds {@code worker/lib} and {@code plugins}
     */
    record Home(Path directory) {
        /** Tells the directory; the launcher sets it. */
        static final String PROPERTY = "freshet.connect";

        Home {
            requireNonNull(directory, "directory is null");
        }

        /** @throws IOException with what to do if nothing has been built */
        static Home find() throws IOException {
            String named = System.getProperty(PROPERTY);
            String repository = System.getProperty("freshet.home");
            Path directory = named != null
                    ? Path.of(named)
                    : Path.of(repository == null ? "." : repository, "connectors", "target");
            Home home = new Home(directory.toAbsolutePath().normalize());
            if (!Files.isDirectory(home.library()) || !Files.isDirectory(home.plugins())) {
                throw new IOException("there is no Kafka Connect worker in " + home.directory()
                        + "; run ./freshet, which builds it, or mvn package, and name the directory with -D"
                        + PROPERTY);
            }
            return home;
        }

        Path library() {
            return directory.resolve("worker").resolve("lib");
        }

        Path plugins() {
            return directory.resolve("plugins");
        }
    }

    /**
     * What the worker is to do.
     *
     * @param config a file with settings
     */
    record Request(
            Map<String, String> settings,
            List<Path> files,
            @Nullable Path config,
            boolean dryRun,
            boolean json) {
        Request {
            settings = Map.copyOf(settings);
            files = List.copyOf(files);
        }

        List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("--with-parent"));
            if (dryRun) {
                arguments.add("--dry-run");
            }
            if (json) {
                arguments.add("--json");
            }
            if (config != null) {
                arguments.addAll(List.of("--config", config.toString()));
            }
            settings.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(
                            setting -> arguments.addAll(List.of("--set", setting.getKey() + "=" + setting.getValue())));
            files.forEach(file -> arguments.add(file.toString()));
            return arguments;
        }
    }

    static ConnectProcess start(Home home, Path log, Request request) throws IOException {
        return new ConnectProcess(new ProcessBuilder(command(home, log, request, System.getenv(JAVA_OPTIONS)))
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    static List<String> command(Home home, Path log, Request request, @Nullable String javaOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx1g");
        // In another one, Debezium reads some times of snapshots an hour off, where clocks are put forward.
        command.add("-Duser.timezone=UTC");
        if (javaOptions != null && !javaOptions.isBlank()) {
            command.addAll(Arrays.asList(javaOptions.strip().split("\\s+")));
        }
        command.addAll(List.of(
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Dfreshet.connect.log=" + log,
                "-cp",
                home.library() + "/*",
                MAIN_CLASS));
        command.addAll(request.arguments());
        return command;
    }

    long pid() {
        return process.pid();
    }

    /** Waits until it has ended by itself, and returns its exit status. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        shutdown.cancel();
        end();
    }

    /** The worker has its own signal from Ctrl-C; the end of its input is for all other ways to stop. */
    private void end() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The pipe is gone, and so is the child.
        }
        try {
            if (!process.waitFor(STOPS_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
