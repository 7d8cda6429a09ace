package dev.freshet.ops.cli;

import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.schemas.error.FreshetException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/** Runs an embedded server for a command, until somebody stops it. */
final class EmbeddedServer implements AutoCloseable {
    private final EmbeddedFreshet freshet;
    private final EmbeddedFreshet.Running running;
    private final Path directory;
    private final PrintWriter err;
    private final Thread hook;
    /** Whether a failure is somebody else's to tell: of {@link #serve}, or of nobody, as everything is being closed. */
    private volatile boolean told;

    private EmbeddedServer(EmbeddedFreshet freshet, EmbeddedFreshet.Running running, Path directory, PrintWriter err) {
        this.freshet = freshet;
        this.running = running;
        this.directory = directory;
        this.err = err;
        this.hook = new Thread(this::closeAll, "freshet-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static EmbeddedServer start(EmbeddedFreshet.Settings settings, PrintWriter err) {
        long began = System.nanoTime();
        EmbeddedFreshet freshet = new EmbeddedFreshet(settings, what -> {
            err.println(what + " …");
            err.flush();
        });
        EmbeddedServer server = new EmbeddedServer(freshet, freshet.start(), settings.directory(), err);
        server.running.failed().thenAccept(server::end);
        err.printf("Ready after %.1f s.%n", (System.nanoTime() - began) / 1e9);
        err.flush();
        return server;
    }

    String url() {
        return running.http().toString();
    }

    void describe(PrintWriter out) {
        out.println("Freshet is up at " + url());
        out.println("  Kafka            " + running.bootstrapServers());
        out.println("  schema registry  " + running.registry());
        out.println("  data and log     " + directory);
        out.flush();
    }

    /** Serves until the process is told to stop, or cannot go on, which is thrown. */
    void serve() {
        told = true;
        throw running.failed().join();
    }

    // A command that waits for an answer of this server would wait for ever.
    private void end(FreshetException failure) {
        if (told) {
            return;
        }
        err.println();
        err.println("freshet: " + ErrorLine.oneLine(String.valueOf(failure.getMessage())));
        err.flush();
        // Not left to the hook: onnxruntime has one too, which takes the model away from those who still embed.
        close();
        System.exit(CommandLine.ExitCode.SOFTWARE);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The process is ending, and the hook closes everything.
        }
        closeAll();
    }

    private void closeAll() {
        told = true;
        freshet.close();
    }
}
