package dev.freshet.app.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What a process tells of itself as a whole. */
public final class ProcessGauges {
    private ProcessGauges() {}

    /**
     * Both are asked whenever the meters are looked at.
     *
     * @param ready whether everything assigned to this process is restored and can answer
     * @param partitions of the rows and the vectors topic
     */
    public static void register(MeterRegistry registry, BooleanSupplier ready, IntSupplier partitions) {
        Gauge.builder("freshet.ready", () -> ready.getAsBoolean() ? 1 : 0)
                .description("1 while /readyz says that this process is ready; else 0")
                .register(registry);
        Gauge.builder("freshet.partitions", partitions::getAsInt)
                .description("Partitions that each index has, over all processes")
                .register(registry);
    }
}
