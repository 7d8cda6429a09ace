package dev.freshet.ops.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The snapshots of graphs in a server's directory. */
public final class SnapshotFiles {
    private static final String SUFFIX = ".snapshot";
    private static final String DIRECTORY = "graphs";

    private SnapshotFiles() {}

    /** Files that were there. */
    public record Found(List<Path> files, long bytes) {
        public Found {
            files = List.copyOf(files);
        }

        /** Deletes them, if they are still there. */
        public void delete() throws IOException {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    // The broker has files of this suffix, too: what its producers last wrote.
    private static boolean isGraph(Path file) {
        Path directory = file.getParent();
        return file.toString().endsWith(SUFFIX) && directory != null && directory.endsWith(DIRECTORY);
    }

    /** The snapshots in a directory and those below. A file or a directory that goes meanwhile is a {@link java.nio.file.NoSuchFileException}. */
    public static Found under(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> files = all.filter(SnapshotFiles::isGraph).toList();
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return new Found(files, bytes);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
