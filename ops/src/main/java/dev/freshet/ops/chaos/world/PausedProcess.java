package dev.freshet.ops.chaos.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A process that is stopped with SIGSTOP, and goes on with SIGCONT when this is closed. A small shell holds it: it lets go, too, when this process ends, however it ends, so that nothing
 * stays behind that cannot notice that its parent is gone. For one thread.
 */
final class PausedProcess implements AutoCloseable {
    private static final String SCRIPT =
            "kill -STOP \"$1\" || exit 1; echo stopped; read -r line; kill -CONT \"$1\" 2>/dev/null";
    private static final long LETS_GO_WITHIN_S = 10;

    private final Process holder;

    private PausedProcess(Process holder) {
        this.holder = holder;
    }

    /** Stops it, and returns when that is done. */
    static PausedProcess of(long pid) throws IOException {
        Process holder = new ProcessBuilder("sh", "-c", SCRIPT, "pause", String.valueOf(pid))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (!"stopped".equals(line)) {
            holder.destroy();
            throw new IOException("process " + pid + " could not be stopped; it may have ended");
        }
        return new PausedProcess(holder);
    }

    /** Lets it go on, if it is still there. */
    @Override
    public void close() throws IOException {
        holder.getOutputStream().close();
        try {
            if (!holder.waitFor(LETS_GO_WITHIN_S, TimeUnit.SECONDS)) {
                holder.destroyForcibly();
                throw new IOException("the shell that holds a stopped process does not let it go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
