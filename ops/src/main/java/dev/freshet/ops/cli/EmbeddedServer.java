package dev.freshet.ops.cli;

import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.schemas.error.FreshetException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Runs an embedded server for a command, until somebody stops it. */
final class EmbeddedServer implements AutoCloseable {
    private final EmbeddedFreshet freshet;
    private final EmbeddedFreshet.Running running;
    private final Path directory;
    private final Thread hook;

    private EmbeddedServer(EmbeddedFreshet freshet, EmbeddedFreshet.Running running, Path directory) {
        this.freshet = freshet;
        this.running = running;
        this.directory = directory;
        this.hook = new Thread(freshet::close, "freshet-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static EmbeddedServer start(EmbeddedFreshet.Settings settings, PrintWriter err) {
        long began = System.nanoTime();
        EmbeddedFreshet freshet = new EmbeddedFreshet(settings, what -> {
            err.println(what + " …");
            err.flush();
        });
        EmbeddedServer server = new EmbeddedServer(freshet, freshet.start(), settings.directory());
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

    /** Serves until the process is told to stop, or the broker dies, which is thrown. */
    void serve() {
        CompletableFuture<FreshetException> died = running.brokerDied();
        throw died.join();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The process is ending, and the hook closes everything.
        }
        freshet.close();
    }
}
