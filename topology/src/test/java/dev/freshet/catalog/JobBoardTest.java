package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogService.JobPace;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobBoardTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final JobPace UNKNOWN = new JobPace(null, null);

    private final ManualClock clock = new ManualClock(START);
    private final JobBoard board = new JobBoard(clock);
    private final Job job = job(new Refresh(1, "docs", false), START);
    private long sequence;

    @Test
    void shouldTellHowFastAYoungJobGoes() {
        assertThat(board.pace(job)).isEqualTo(UNKNOWN);
        after(10);
        report(0, 1_000L, 100);
        assertThat(board.pace(job)).isEqualTo(new JobPace(10.0, null));
        report(1, 200L, 100);
        assertThat(board.pace(job)).isEqualTo(new JobPace(20.0, Duration.ofSeconds(50)));
    }

    @Test
    void shouldLookAtTheLastMinuteOnly() {
        report(0, 100_000L, 0);
        report(1, 0L, 0);
        for (int minute = 0; minute < 3; minute++) {
            for (int i = 1; i <= 60; i++) {
                after(1);
                // 10, then 20, then 30 rows a second.
                report(0, 100_000L, done(0) + 10L * (minute + 1));
            }
            assertThat(board.pace(job).rowsPerSecond()).isEqualTo(10.0 * (minute + 1));
        }
        assertThat(board.pace(job).remaining())
                .isEqualTo(Duration.ofMillis(Math.round((100_000 - 3_600) / 30.0 * 1e3)));
    }

    @Test
    void shouldFallWhenTheJobStandsStill() {
        report(0, 100_000L, 0);
        report(1, 0L, 0);
        after(120);
        report(0, 100_000L, 1_000);
        after(60);
        report(0, 100_000L, 4_000);
        after(30);
        assertThat(board.pace(job).rowsPerSecond())
                .as("3,000 rows in the last minute")
                .isEqualTo(50.0);
        after(30);
        assertThat(board.pace(job)).as("none for a minute").isEqualTo(new JobPace(0.0, null));
        after(3_600);
        assertThat(board.pace(job)).isEqualTo(new JobPace(0.0, null));
        report(0, 100_000L, 4_600);
        assertThat(board.pace(job).rowsPerSecond()).isEqualTo(10.0);
    }

    @Test
    void shouldNotGuessAfterARestartInTheMiddle() {
        after(3_600);
        report(0, 100_000L, 50_000);
        report(1, 100_000L, 70_000);
        assertThat(board.pace(job)).as("50,000 rows, in whatever time").isEqualTo(UNKNOWN);
        after(5);
        report(0, 100_000L, 50_500);
        assertThat(board.pace(job)).as("one partition is not known yet").isEqualTo(UNKNOWN);
        report(1, 100_000L, 70_100);
        assertThat(board.pace(job).rowsPerSecond()).isEqualTo(120.0);
        assertThat(board.pace(job).remaining())
                .isEqualTo(Duration.ofMillis(Math.round((200_000 - 120_600) / 120.0 * 1e3)));
    }

    @Test
    void shouldNotWaitForPartitionsThatHaveFinishedBeforeARestart() {
        after(3_600);
        report(0, 100_000L, 50_000);
        board.put(new JobProgress(job.id(), 1, 9, 1, 10L, 10, 0, 0, 0, clock.instant()));
        after(10);
        report(0, 100_000L, 51_000);
        assertThat(board.pace(job).rowsPerSecond()).isEqualTo(100.0);
    }

    @Test
    void shouldGiveNoTimeForAJobWithAnotherStepBehindThisOne() {
        Job merge = job(new Merge(1, "a", 2, "b", true, List.of(0L, 0L)), START);
        after(10);
        report(0, 100L, 50);
        report(1, 100L, 50);
        assertThat(board.pace(merge)).isEqualTo(new JobPace(10.0, null));
    }

    @Test
    void shouldTakeNoOlderReportForANewerOne() {
        JobProgress newer = new JobProgress(job.id(), 0, 5, 0, 9L, 7, 0, 0, 0, START);
        board.put(newer);
        board.put(new JobProgress(job.id(), 0, 4, 0, 9L, 3, 0, 0, 0, START));
        assertThat(board.of(job.id())).containsExactly(newer);
        board.put(newer);
        assertThat(board.of(job.id())).containsExactly(newer);
    }

    @Test
    void shouldForgetWhatHasEnded() {
        report(0, 9L, 3);
        Catalog running = new Catalog(1, job.id(), List.of(), List.of(), List.of(), List.of(job), List.of());
        board.forgetEnded(running);
        assertThat(board.of(job.id())).hasSize(1);
        board.forgetEnded(new Catalog(0, job.id() - 1, List.of(), List.of(), List.of()));
        assertThat(board.of(job.id())).as("the catalog lags").hasSize(1);
        board.forgetEnded(new Catalog(2, job.id(), List.of(), List.of(), List.of()));
        assertThat(board.of(job.id())).isEmpty();
    }

    private long done(int partition) {
        return board.of(job.id()).get(partition).done();
    }

    private void after(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    private void report(int partition, @Nullable Long total, long done) {
        board.put(new JobProgress(job.id(), partition, ++sequence, 0, total, done, 0, 0, 0, clock.instant()));
    }

    private static Job job(JobWork work, Instant created) {
        return new Job(7, JobState.RUNNING, 0, 2, work, created, null, null, List.of());
    }
}
