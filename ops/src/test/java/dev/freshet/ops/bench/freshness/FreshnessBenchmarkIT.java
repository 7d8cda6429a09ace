package dev.freshet.ops.bench.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.bench.BenchmarkProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class FreshnessBenchmarkIT {
    @Test
    void followsEveryRowAndLeavesNoProcessBehind(@TempDir Path directory) throws Exception {
        FreshnessBenchmark.Settings settings = new FreshnessBenchmark.Settings(
                List.of("The pump failed.", "Was the valve closed?", "A sensor was replaced at night."),
                32,
                20,
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                Map.of("topic.partitions", "2"));
        List<String> phases = new ArrayList<>();
        FreshnessFigures figures;
        try (FreshnessBenchmark benchmark = new FreshnessBenchmark(settings, directory, new Phases(phases))) {
            figures = benchmark.run();
        }

        assertThat(phases).containsExactly("start", "rows", "stop");
        assertThat(figures.fresh().nanos()).hasSize(60);
        assertThat(figures.traced()).isEqualTo(60);
        assertThat(figures.p50Ms()).isPositive();
        assertThat(figures.p99Ms()).isGreaterThanOrEqualTo(figures.p50Ms());
        assertThat(figures.whole().meanMicros())
                .isGreaterThanOrEqualTo(figures.fresh().meanMicros());
        assertThat(figures.hops()).hasSize(7);
        assertThat(figures.report()).containsKeys("p50_ms", "p99_ms", "rows_per_s", "hops");
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
