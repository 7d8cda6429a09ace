package dev.freshet.ops.cli;

import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
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

    /** Makes a benchmark that may use a directory. */
    @FunctionalInterface
    interface Opening<F> {
        Benchmark<F> open(Path directory, BenchmarkProgress progress) throws IOException;
    }

    /** Runs a benchmark, with progress bars, in a directory that is deleted when it ends, also when the process is told to stop meanwhile. */
    <F> F run(String name, Opening<F> opening) throws IOException {
        try (TemporaryDirectory directory = TemporaryDirectory.create(parent, "freshet-bench-" + name);
                PhaseProgress progress = new PhaseProgress();
                Benchmark<F> benchmark = opening.open(directory.path(), progress)) {
            AtShutdown hook = AtShutdown.close(benchmark, directory);
            try {
                return benchmark.run();
            } finally {
                hook.cancel();
            }
        }
    }
}
