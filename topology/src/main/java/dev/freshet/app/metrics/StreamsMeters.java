package dev.freshet.app.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** The metrics of a process's stream applications and of its other Kafka clients. Thread-safe. */
public final class StreamsMeters {
    private final PrometheusMeterRegistry registry;
    private final KafkaCollector kafka = new KafkaCollector();

    public StreamsMeters(PrometheusMeterRegistry registry) {
        this.registry = registry;
        registry.getPrometheusRegistry().register(kafka);
    }

    /**
     * Shows an application from now on. To be called before it starts, for it takes the place of its restore listener.
     *
     * @param application its short name, for example {@code search}
     * @return counts threads that failed
     */
    public Counter observe(String application, KafkaStreams streams) {
        streams.setGlobalStateRestoreListener(new RestoreProgress(application, registry));
        kafka.add(streams::metrics);
        Gauge.builder("freshet.application.running", streams, StreamsMeters::running)
                .description("1 while a stream application runs, with all its tasks restored; else 0")
                .tag("application", application)
                .register(registry);
        return Counter.builder("freshet.application.failures")
                .description("Stream threads that failed and were replaced")
                .tag("application", application)
                .register(registry);
    }

    /** Shows another client. */
    public void observe(Supplier<Map<MetricName, ? extends Metric>> client) {
        kafka.add(client);
    }

    private static int running(KafkaStreams streams) {
        return streams.state() == KafkaStreams.State.RUNNING ? 1 : 0;
    }
}
