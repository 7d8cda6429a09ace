package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SnapshotPaceTest {
    private static final int VECTORS = 100_000;

    private final long start = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos(); // nanoTime may overflow
    private final SnapshotPace pace = new SnapshotPace(start);
    private long now = start;

    private SnapshotPaceTest after(Duration duration) {
        now += duration.toNanos();
        return this;
    }

    private boolean due(long changes, long unsaved) {
        return pace.due(now, changes, unsaved, VECTORS);
    }

    @Test
    void isDueWhenLosingTheChangesWouldCostMuch() {
        assertThat(due(VECTORS / SnapshotPace.SHARE - 1, VECTORS / SnapshotPace.SHARE - 1))
                .isFalse();
        assertThat(due(VECTORS / SnapshotPace.SHARE, VECTORS / SnapshotPace.SHARE))
                .isTrue();
        assertThat(pace.due(now, 999, 999, 10)).isFalse();
        assertThat(pace.due(now, 1_000, 1_000, 10)).isTrue();
    }

    @Test
    void isDueWhenNoMoreChangesCome() {
        assertThat(due(1, 1)).isFalse();
        assertThat(after(Duration.ofSeconds(2)).due(2, 2)).isFalse();
        assertThat(after(Duration.ofSeconds(2)).due(2, 2)).isFalse();
        assertThat(after(Duration.ofSeconds(1)).due(2, 2)).isTrue();
    }

    @Test
    void aTrickleOfChangesIsWrittenEverMoreSeldom() {
        Duration quiet = SnapshotPace.QUIET_FIRST;
        long changes = 0;
        for (int snapshot = 0; snapshot < 20; snapshot++) {
            assertThat(due(++changes, 1)).isFalse();
            assertThat(after(quiet.minusMillis(1)).due(changes, 1)).isFalse();
            assertThat(after(Duration.ofMillis(1)).due(changes, 1)).isTrue();
            pace.written(now, Duration.ofMillis(500).toNanos(), 1);
            assertThat(due(changes, 0)).isFalse();
            quiet = quiet.multipliedBy(2).compareTo(SnapshotPace.QUIET_LONGEST) > 0
                    ? SnapshotPace.QUIET_LONGEST
                    : quiet.multipliedBy(2);
        }
        assertThat(quiet).isEqualTo(SnapshotPace.QUIET_LONGEST);
        assertThat(due(changes + 5_000, 5_000)).as("many at once").isTrue();
        pace.written(now, Duration.ofMillis(500).toNanos(), 5_000);
        changes += 5_001;
        assertThat(due(changes, 1)).isFalse();
        assertThat(after(SnapshotPace.QUIET_FIRST).due(changes, 1)).isTrue();
    }

    @Test
    void aFailureIsTriedAgainLater() {
        Duration pause = SnapshotPace.RETRY_FIRST;
        for (int failure = 0; failure < 10; failure++) {
            assertThat(due(10_000, 10_000)).isTrue();
            pace.failed(now);
            assertThat(after(pause.minusMillis(1)).due(10_000, 10_000)).isFalse();
            after(Duration.ofMillis(1));
            pause = pause.multipliedBy(2).compareTo(SnapshotPace.RETRY_LONGEST) > 0
                    ? SnapshotPace.RETRY_LONGEST
                    : pause.multipliedBy(2);
        }
        assertThat(pause).isEqualTo(SnapshotPace.RETRY_LONGEST);
    }

    @Test
    void anUnchangedGraphIsWrittenOnceADay() {
        pace.written(now, 0, 10_000);
        assertThat(after(SnapshotPace.AGE_MAX).due(0, 0)).isFalse();
        assertThat(after(Duration.ofSeconds(1)).due(0, 0)).isTrue();
        assertThat(pace.due(now, 0, 0, 0)).as("nothing to write").isFalse();
        pace.written(now, 0, 0);
        assertThat(due(0, 0)).isFalse();
    }
}
