package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a kind of process logs to.
 *
 * @param file the newest part; older ones have {@code .1} and {@code .2} after their names
 */
public record LogFile(Source source, Path file) {
    private static final int PARTS_MAX = 2;

    /** A kind of process. */
    public enum Source {
        NODE,
        BROKER
    }

    public LogFile {
        requireNonNull(source, "source is null");
        requireNonNull(file, "file is null");
    }

    /** The parts that there are, the oldest first. */
    List<Path> parts() {
        return Stream.iterate(PARTS_MAX, part -> part >= 0, part -> part - 1)
                .map(part -> part == 0 ? file : file.resolveSibling(file.getFileName() + "." + part))
                .filter(Files::exists)
                .toList();
    }

    /** All entries, in their order. */
    List<LogEntry> entries() throws IOException {
        LogEntry.Reader reader = new LogEntry.Reader();
        for (Path part : parts()) {
            reader.read(part);
        }
        return reader.entries();
    }
}
