package dev.freshet.ops.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import dev.freshet.ops.bench.load.SearchBodies;
import dev.freshet.ops.bench.load.SearchLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class HttpBenchmarkIT {
    @Test
    void searchesInBothWaysAndLeavesNoProcessBehind(@TempDir Path directory) throws Exception {
        SearchLoad settings = new SearchLoad(
                new MeasuredEngine(VectorIndexes.COMPACT, Quantization.INT8, true),
                new SyntheticVectors(500, 20, 16, 5),
                8,
                40,
                5,
                null,
                SearchBodies.VectorForm.BASE64,
                2,
                2,
                Duration.ofMillis(500),
                Duration.ofMillis(500));
        List<String> phases = new ArrayList<>();
        HttpFigures figures;
        try (HttpBenchmark benchmark = new HttpBenchmark(settings, 2, directory, new Phases(phases))) {
            figures = benchmark.run();
        }

        assertThat(phases)
                .containsExactly("vectors", "start", "send", "index", "snapshots", "recall", "warm-up", "rounds");
        assertThat(figures.partitions()).isEqualTo(2);
        assertThat(figures.recall()).isBetween(0.9, 1.0);
        assertThat(figures.together()).hasSize(2);
        assertThat(figures.paced()).hasSize(2);
        assertThat(figures.alone()).hasSize(2);
        assertThat(figures.http().perSecond()).isPositive();
        assertThat(figures.inProcess().perSecond()).isPositive();
        assertThat(figures.report()).containsKeys("http_qps", "inprocess_qps", "http_overhead_p50_us", "http_p99_ms");
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }

    private record Phases(List<String> names) implements BenchmarkProgress {
        @Override
        public void begin(String phase, long steps) {
            names.add(phase);
        }

        @Override
        public void stepTo(long step) {}
    }
}
