package dev.freshet.app;

import dev.freshet.index.VectorKernels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, in the log and in the metrics, what computes distances in this process. */
final class DistanceArithmetic {
    private static final Logger log = LoggerFactory.getLogger(DistanceArithmetic.class);

    private DistanceArithmetic() {}

    static void report(MeterRegistry metrics) {
        log.info("Distances are computed by {}: {}", VectorKernels.name(), VectorKernels.reason());
        Gauge.builder("freshet.distance.kernel", () -> 1)
                .description("Always 1; the label tells what computes distances in this process")
                .tag("name", VectorKernels.name())
                .register(metrics);
    }
}
