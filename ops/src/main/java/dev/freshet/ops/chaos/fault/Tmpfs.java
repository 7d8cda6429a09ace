package dev.freshet.ops.chaos.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Small file systems in memory, by {@code mount}, which wants Linux and root. */
final class Tmpfs {
    private static final long ENDS_WITHIN_S = 20;

    private Tmpfs() {}

    /** Why this machine cannot mount any; empty if it can. Tries it. */
    static Optional<String> obstacle(Path scratch) throws IOException {
        Path directory = Files.createTempDirectory(scratch, "mount");
        try {
            mount(directory, 1 << 20);
            unmount(directory);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            Files.delete(directory);
        }
    }

    /** Puts an empty one of so many bytes over a directory. */
    static void mount(Path directory, long bytes) throws IOException {
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
    }

    /** Takes it away, and what was in it. The directory is what it was before. Nobody may have a file open in it. */
    static void unmount(Path directory) throws IOException {
        run("umount", directory.toString());
    }

    private static void run(String... command) throws IOException {
        List<String> words = List.of(command);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (!process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " did not end within " + ENDS_WITHIN_S + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command[0], e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said);
        }
    }
}
