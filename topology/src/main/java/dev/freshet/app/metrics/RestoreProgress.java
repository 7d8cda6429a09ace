package dev.freshet.app.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Shows, per partition, how many records of its stores' changelogs one application has still to restore. A partition is shown from its first restore on, with 0 when
 * there is nothing left, until its restore is given up because it moves away. Offsets are counted: of a compacted topic there are fewer records. Thread-safe.
 */
final class RestoreProgress implements StateRestoreListener {
    private final String application;
    private final MeterRegistry registry;
    private final Map<Integer, Part> parts = new HashMap<>();

    RestoreProgress(String application, MeterRegistry registry) {
        this.application = application;
        this.registry = registry;
    }

    /** One partition: what is left of each of its stores. */
    private static final class Part {
        private final Map<String, Long> left = new HashMap<>();
        private final AtomicLong sum = new AtomicLong();
        private final Meter gauge;

        Part(String application, int partition, MeterRegistry registry) {
            this.gauge = Gauge.builder("freshet.restore.remaining.records", sum, AtomicLong::get)
                    .description("Records that a partition has still to restore before it works")
                    .tag("application", application)
                    .tag("partition", Integer.toString(partition))
                    .register(registry);
        }

        void left(String store, long records) {
            left.put(store, Math.max(0, records));
            sum();
        }

        void restored(String store, long records) {
            left.computeIfPresent(store, (name, before) -> Math.max(0, before - records));
            sum();
        }

        private void sum() {
            sum.set(left.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    @Override
    public synchronized void onRestoreStart(TopicPartition partition, String store, long start, long end) {
        parts.computeIfAbsent(partition.partition(), number -> new Part(application, number, registry))
                .left(store, end - start);
    }

    @Override
    public synchronized void onBatchRestored(TopicPartition partition, String store, long batchEnd, long restored) {
        Part part = parts.get(partition.partition());
        if (part != null) {
            part.restored(store, restored);
        }
    }

    @Override
    public synchronized void onRestoreEnd(TopicPartition partition, String store, long restored) {
        Part part = parts.get(partition.partition());
        if (part != null) {
            part.left(store, 0);
        }
    }

    @Override
    public synchronized void onRestoreSuspended(TopicPartition partition, String store, long restored) {
        Part part = parts.get(partition.partition());
        if (part == null) {
            return;
        }
        part.left.remove(store);
        part.sum();
        if (part.left.isEmpty()) {
            registry.remove(part.gauge);
            parts.remove(partition.partition());
        }
    }
}
