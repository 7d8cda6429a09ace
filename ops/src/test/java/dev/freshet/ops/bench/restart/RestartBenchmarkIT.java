package dev.freshet.ops.bench.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.cli.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class RestartBenchmarkIT {
    private static final int VECTORS = 500;

    @Test
    void killsAndRestartsAServerAndLeavesNoProcessBehind(@TempDir Path directory) throws Exception {
        RestartBenchmark.Settings settings = new RestartBenchmark.Settings(
                new MeasuredEngine(VectorIndexes.COMPACT, Quantization.INT8, true),
                new SyntheticVectors(VECTORS, 1, 16, 5),
                8,
                40,
                1);
        Phase phases = new Phase();
        RestartFigures figures;
        try (RestartBenchmark benchmark = new RestartBenchmark(settings, directory, Main.class.getName(), phases)) {
            figures = benchmark.run();
        }

        assertThat(phases.names).contains("send", "index", "kill -9, restart", "restart without snapshots", "check");
        assertThat(figures.restart().listens()).isPositive();
        assertThat(figures.restart().firstAnswer())
                .isGreaterThanOrEqualTo(figures.restart().listens());
        assertThat(figures.restart().complete())
                .isGreaterThanOrEqualTo(figures.restart().firstAnswer());
        assertThat(figures.rebuilds()).hasSize(1);
        assertThat(figures.selfRecall()).isGreaterThanOrEqualTo(0.95);
        assertThat(figures.snapshotFiles()).isPositive();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }

    private static final class Phase implements BenchmarkProgress {
        private final List<String> names = new ArrayList<>();

        @Override
        public void begin(String phase, long steps) {
            names.add(phase);
        }

        @Override
        public void stepTo(long step) {
            assertThat(step).isLessThanOrEqualTo(VECTORS);
        }
    }
}
