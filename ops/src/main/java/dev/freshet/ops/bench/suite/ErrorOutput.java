package dev.freshet.ops.bench.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a process writes to its standard error, passes it on, and keeps the end of it. A thread of its own reads until the process has ended. */
final class ErrorOutput {
    private static final int KEPT_BYTES = 8_192;
    private static final long READ_WITHIN_MS = 5_000;
    /** With it begins the line in which a command says why it failed. */
    private static final String REASON = "freshet: ";
    /** With it begins a line of the JVM's own, for example about incubating modules. */
    private static final String WARNING = "WARNING: ";

    private final InputStream in;
    private final @Nullable OutputStream copy;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread thread;

    /**
     * @param copy where it is passed on to as it comes; null: nowhere
     */
    ErrorOutput(InputStream in, @Nullable OutputStream copy) {
        this.in = requireNonNull(in, "in is null");
        this.copy = copy;
        this.thread = new Thread(this::read, "freshet-bench-errors");
        thread.setDaemon(true);
        thread.start();
    }

    /** The last line that says why a command failed, else the last line there is; waits a moment for the end of the output. */
    Optional<String> reason() throws InterruptedException {
        thread.join(READ_WITHIN_MS);
        String text;
        synchronized (kept) {
            text = kept.toString(UTF_8);
        }
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(WARNING))
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith(REASON))
                .reduce((first, last) -> last)
                .map(line -> line.substring(REASON.length()))
                .or(() -> lines.stream().reduce((first, last) -> last))
                .map(String::strip);
    }

    private void read() {
        byte[] buffer = new byte[KEPT_BYTES];
        try (in) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                keep(buffer, count);
                if (copy != null) {
                    copy.write(buffer, 0, count);
                    copy.flush();
                }
            }
        } catch (IOException e) {
            keep(("its errors could not be read: " + e.getMessage()).getBytes(UTF_8));
        }
    }

    private void keep(byte[] bytes) {
        keep(bytes, bytes.length);
    }

    /** Twice as much as is needed may be there for a while. */
    private void keep(byte[] bytes, int count) {
        synchronized (kept) {
            kept.write(bytes, 0, count);
            if (kept.size() > 2 * KEPT_BYTES) {
                byte[] all = kept.toByteArray();
                kept.reset();
                kept.write(all, all.length - KEPT_BYTES, KEPT_BYTES);
            }
        }
    }
}
