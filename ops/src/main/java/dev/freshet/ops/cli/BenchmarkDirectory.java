package dev.freshet.ops.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --dir}: where a benchmark's own server keeps its data while it runs. */
final class BenchmarkDirectory {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to make the temporary directory (default: the system's place for such).")
    private @Nullable Path parent;

    TemporaryDirectory create(String prefix) throws IOException {
        return TemporaryDirectory.create(parent, prefix);
    }
}
