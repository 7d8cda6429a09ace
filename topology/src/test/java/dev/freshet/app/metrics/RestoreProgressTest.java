package dev.freshet.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
    private static final TopicPartition ROWS = new TopicPartition("rows-changelog", 2);
    private static final TopicPartition PENDING = new TopicPartition("pending-changelog", 2);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RestoreProgress progress = new RestoreProgress("refresh", metrics);

    @Test
    void addsUpWhatIsLeftOfAPartitionsStores() {
        progress.onRestoreStart(ROWS, "rows", 100, 1_100);
        progress.onRestoreStart(PENDING, "pending", 0, 50);
        assertThat(left()).isEqualTo(1_050);
        progress.onBatchRestored(ROWS, "rows", 500, 400);
        assertThat(left()).isEqualTo(650);
        progress.onRestoreEnd(ROWS, "rows", 870); // Compacted: fewer records than offsets.
        assertThat(left()).isEqualTo(50);
        progress.onRestoreEnd(PENDING, "pending", 50);
        assertThat(left()).isZero();
    }

    @Test
    void forgetsAPartitionThatMovesAway() {
        progress.onRestoreStart(ROWS, "rows", 0, 10);
        progress.onRestoreStart(PENDING, "pending", 0, 5);
        progress.onRestoreSuspended(ROWS, "rows", 3);
        assertThat(left()).isEqualTo(5);
        progress.onRestoreSuspended(PENDING, "pending", 0);
        progress.onBatchRestored(PENDING, "pending", 1, 1);
        assertThat(metrics.getMeters()).isEmpty();
        progress.onRestoreStart(ROWS, "rows", 0, 7);
        assertThat(left()).isEqualTo(7);
    }

    private double left() {
        return metrics.get("freshet.restore.remaining.records")
                .tag("application", "refresh")
                .tag("partition", "2")
                .gauge()
                .value();
    }
}
