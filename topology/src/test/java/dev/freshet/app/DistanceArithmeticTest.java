package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.index.VectorKernels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class DistanceArithmeticTest {
    @Test
    void theMetricNamesWhatRuns() {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        DistanceArithmetic.report(metrics);
        assertThat(metrics.scrape().lines())
                .contains("freshet_distance_kernel{name=\"" + VectorKernels.name() + "\"} 1.0");
        assertThat(VectorKernels.name()).matches("scalar|simd-[0-9]+");
    }
}
