package dev.freshet.ops.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** What a run did and when, a line each, in the file {@value #NAME}: to be laid beside the logs of the processes. Thread-safe. */
final class RunLog implements AutoCloseable {
    static final String NAME = "chaos.log";

    private final long began = System.nanoTime();
    private final PrintWriter out;

    RunLog(Path directory) throws IOException {
        out = new PrintWriter(Files.newBufferedWriter(directory.resolve(NAME), UTF_8));
    }

    /** Seconds since the run began. */
    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    synchronized void say(String line) {
        out.printf(Locale.ROOT, "%s %7.2f s  %s%n", Instant.now(), seconds(), line);
        out.flush();
    }

    @Override
    public synchronized void close() {
        out.close();
    }
}
