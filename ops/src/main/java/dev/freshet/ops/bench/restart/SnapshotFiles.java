package dev.freshet.ops.bench.restart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The snapshots of graphs in a server's directory. */
final class SnapshotFiles {
    private static final String SUFFIX = ".snapshot";

    private SnapshotFiles() {}

    /** Files that were there. */
    record Found(List<Path> files, long bytes) {
        Found {
            files = List.copyOf(files);
        }

        void delete() throws IOException {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    static Found under(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> files =
                    all.filter(file -> file.toString().endsWith(SUFFIX)).toList();
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
