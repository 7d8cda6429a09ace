package dev.freshet.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Counts what becomes of snapshots, and how graphs came back. Thread-safe. */
final class SnapshotMetrics {
    private final MeterRegistry registry;
    private final Timer written;
    private final Counter bytes;
    private final Counter failed;
    private final Counter fromSnapshot;
    private final Counter rebuilt;

    SnapshotMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.written = Timer.builder("freshet.snapshot.write.seconds")
                .description("Snapshots of graphs that were written, and how long that took")
                .register(registry);
        this.bytes = Counter.builder("freshet.snapshot.written.bytes")
                .description("Bytes of snapshots that were written")
                .register(registry);
        this.failed = Counter.builder("freshet.snapshot.failures")
                .description("Snapshots that could not be written")
                .register(registry);
        this.fromSnapshot = loads("snapshot");
        this.rebuilt = loads("store");
        for (SnapshotFiles.Refusal refusal : SnapshotFiles.Refusal.values()) {
            refusals(refusal);
        }
    }

    private Counter loads(String from) {
        return Counter.builder("freshet.index.loads")
                .description("Graphs that were loaded from a snapshot, or built from the store")
                .tag("from", from)
                .register(registry);
    }

    private Counter refusals(SnapshotFiles.Refusal refusal) {
        return Counter.builder("freshet.snapshot.refusals")
                .description("Snapshots that were not used, by reason")
                .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void written(long nanos, long size) {
        written.record(Duration.ofNanos(nanos));
        bytes.increment((double) size);
    }

    void failed() {
        failed.increment();
    }

    void refused(SnapshotFiles.Refusal refusal) {
        refusals(refusal).increment();
    }

    void loaded(boolean snapshot) {
        (snapshot ? fromSnapshot : rebuilt).increment();
    }
}
