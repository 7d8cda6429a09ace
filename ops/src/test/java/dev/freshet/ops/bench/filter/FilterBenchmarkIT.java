package dev.freshet.ops.bench.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class FilterBenchmarkIT {
    private static final BenchmarkProgress SILENT = new BenchmarkProgress() {
        @Override
        public void begin(String phase, long steps) {}

        @Override
        public void stepTo(long step) {}
    };

    /** All vectors fit among the candidates, so whoever searches finds all of the nearest that pass. */
    @Test
    void findsWhatPassesInBothWays(@TempDir Path directory) throws Exception {
        FilterLoad settings = new FilterLoad(
                new MeasuredEngine(VectorIndexes.COMPACT, Quantization.NONE, false),
                new SyntheticVectors(500, 20, 16, 5),
                8,
                40,
                5,
                500,
                List.of(0.02, 0.5, 1.0),
                2,
                Duration.ofMillis(100),
                Duration.ZERO);
        FilterFigures figures;
        try (FilterBenchmark benchmark = new FilterBenchmark(settings, directory, SILENT)) {
            figures = benchmark.run();
        }

        assertThat(figures.points()).extracting(FilterFigures.Point::rows).containsExactly(10, 250, 500);
        assertThat(figures.points()).allSatisfy(point -> {
            assertThat(point.recall()).isEqualTo(1);
            assertThat(point.postRecall()).isEqualTo(1);
            assertThat(List.of(point.filtered(), point.newlyFiltered()))
                    .allSatisfy(rates -> assertThat(rates)
                            .hasSize(2)
                            .allSatisfy(rate -> assertThat(rate).isPositive()));
        });
        assertThat(figures.report()).containsKeys("least_recall", "least_qps_over_post", "filters");
    }
}
