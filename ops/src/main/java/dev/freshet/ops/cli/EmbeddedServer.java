package dev.freshet.ops.cli;

import dev.freshet.ops.embedded.EmbeddedFreshet;
import dev.freshet.schemas.error.FreshetException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;

/** Runs an embedded server for a command, until somebody stops it. */
final class EmbeddedServer implements AutoCloseable {
    private final EmbeddedFreshet freshet;
    private final EmbeddedFreshet.Running running;
    private final Path directory;
    private final PrintWriter err;
    private final Thread hook;
    /** Set by whoever ends it: its command, a failure, or the end of the process. The others leave it to that one. */
    private final AtomicBoolean ending = new AtomicBoolean();

    private final CountDownLatch ended = new CountDownLatch(1);

    private EmbeddedServer(EmbeddedFreshet freshet, EmbeddedFreshet.Running running, Path directory, PrintWriter err) {
        this.freshet = freshet;
        this.running = running;
        this.directory = directory;
        this.err = err;
        this.hook = new Thread(this::endWithProcess, "freshet-shutdown");
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

    /** Serves until the process is told to stop, or the server cannot go on; does not return. */
    void serve() {
        running.failed().join();
        awaitExit();
    }

    // Whatever the command is at: if it waits for an answer of this server, it would wait for ever.
    private void end(FreshetException failure) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        err.println();
        err.println("freshet: " + ErrorLine.oneLine(String.valueOf(failure.getMessage())));
        err.flush();
        try {
            // Not left to the hook: onnxruntime has one too, which takes the model away from those who still embed.
            closeAll();
        } finally {
            System.exit(CommandLine.ExitCode.SOFTWARE);
        }
    }

    private void endWithProcess() {
        if (ending.compareAndSet(false, true)) {
            closeAll();
        } else {
            awaitUninterruptibly(ended);
        }
    }

    @Override
    public void close() {
        if (!ending.compareAndSet(false, true)) {
            awaitExit();
        }
        closeAll();
    }

    private void closeAll() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook waits for this.
        }
        try {
            freshet.close();
        } finally {
            ended.countDown();
        }
    }

    /** Somebody else ends the process. */
    private static void awaitExit() {
        awaitUninterruptibly(new CountDownLatch(1));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // It ends all the same.
            }
        }
    }
}
