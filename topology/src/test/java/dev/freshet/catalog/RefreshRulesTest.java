package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.dataset;
import static dev.freshet.catalog.CatalogCalls.direct;
import static dev.freshet.catalog.CatalogCalls.index;
import static dev.freshet.catalog.CatalogCalls.present;
import static dev.freshet.catalog.CatalogCalls.refusal;
import static dev.freshet.catalog.CatalogCalls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.StartResult;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refreshes, fills, and how they get on with each other and with what is dropped meanwhile. */
class RefreshRulesTest {
    private static final int PARTITIONS = 2;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final InMemoryCatalog catalog = new InMemoryCatalog(PARTITIONS, InMemoryCatalog.defaults(), clock);
    private long sequence;

    @BeforeEach
    void create() {
        catalog.putDataset(dataset("docs", RefreshPolicy.MANUAL));
    }

    @Test
    void shouldRefreshADatasetOnceAtATime() {
        StartResult started = catalog.startRefresh("docs");
        assertThat(started.created()).isTrue();
        assertThat(started.job().work())
                .isEqualTo(new Refresh(
                        catalog.current().dataset("docs").orElseThrow().id(), "docs", false));
        assertThat(started.job().work().kind()).isEqualTo("refresh");
        assertThat(started.job().partitions()).isEqualTo(PARTITIONS);

        StartResult again = catalog.startRefresh("docs");
        assertThat(again.created()).isFalse();
        assertThat(again.job()).isEqualTo(started.job());

        finish(started.job().id(), 3);
        assertThat(job(started.job().id()).state()).isEqualTo(JobState.DONE);
        assertThat(catalog.startRefresh("docs").job().id())
                .isGreaterThan(started.job().id());
        assertThat(refusal(() -> catalog.startRefresh("none"))).isEqualTo(ErrorCode.DATASET_NOT_FOUND);
    }

    @Test
    void shouldRefreshWhileAnIndexIsFilled() {
        catalog.createIndex(index("docs_v2", "docs"));
        assertThat(catalog.startRefresh("docs").created()).isTrue();
    }

    @Test
    void shouldRebuildAnIndexOnceAtATime() {
        StartResult started = catalog.startRebuild("docs_v1");
        assertThat(started.job().work().kind()).isEqualTo("rebuild");
        StartResult again = catalog.startRebuild("docs_v1");
        assertThat(again.created()).isFalse();
        assertThat(again.job().id()).isEqualTo(started.job().id());

        Job backfill = present(catalog.createIndex(index("docs_v2", "docs")).job());
        Refused busy = refused(() -> catalog.startRebuild("docs_v2"));
        assertThat(busy.code()).isEqualTo(ErrorCode.INDEX_BUSY);
        assertThat(busy.message()).contains("'docs_v2'", "job " + backfill.id(), "backfill");
        assertThat(refusal(() -> catalog.startRebuild("none"))).isEqualTo(ErrorCode.INDEX_NOT_FOUND);
    }

    @Test
    void shouldTakeOverFromOlderFillsWhenTheColumnsChange() {
        Job rebuild = catalog.startRebuild("docs_v1").job();
        Job backfill = present(catalog.createIndex(index("docs_v2", "docs")).job());
        report(backfill.id(), 0, 0, 10);
        Job refresh = catalog.startRefresh("docs").job();
        Job taken = present(catalog.putDataset(new DatasetSpec(
                        "docs", List.of("id"), List.of("title", "body"), null, RefreshPolicy.MANUAL, null, true))
                .job());

        assertThat(job(rebuild.id()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(rebuild.id()).error()).isEqualTo("superseded by job " + taken.id());
        assertThat(job(backfill.id()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(backfill.id()).progress()).as("the last counts are kept").hasSize(1);
        assertThat(job(refresh.id()).running()).isTrue();
        assertThat(((Fill) taken.work()).indexes()).hasSize(2);
    }

    @Test
    void shouldKeepWithAnIndexHowItWasFilled() {
        Instant started = clock.instant();
        Job job = present(catalog.createIndex(index("docs_v2", "docs")).job());
        clock.advance(Duration.ofMinutes(5));
        catalog.report(new JobProgress(job.id(), 0, ++sequence, 1, 12L, 9, 2, 1, 0, clock.instant()));
        assertThat(catalog.current().index("docs_v2").orElseThrow().built()).isNull();
        catalog.report(new JobProgress(job.id(), 1, ++sequence, 1, 5L, 5, 0, 0, 0, clock.instant()));

        assertThat(catalog.current().index("docs_v2").orElseThrow().built())
                .isEqualTo(new IndexBuild(job.id(), started, clock.instant(), 14L, 2L, 1L));
        assertThat(catalog.current().index("docs_v1").orElseThrow().built()).isNull();

        Job both = present(catalog.putDataset(new DatasetSpec(
                        "docs", List.of("id"), List.of("title"), null, RefreshPolicy.MANUAL, null, true))
                .job());
        finish(both.id(), 10);
        assertThat(catalog.current().index("docs_v1").orElseThrow().built())
                .as("what each of two indexes got is not known")
                .isEqualTo(new IndexBuild(both.id(), clock.instant(), clock.instant(), null, null, null));
    }

    @Test
    void shouldGoOnWithTheOtherIndexesWhenOneIsDropped() {
        catalog.createIndex(index("docs_v2", "docs"));
        Job both = present(catalog.putDataset(new DatasetSpec(
                        "docs", List.of("id"), List.of("title"), null, RefreshPolicy.MANUAL, null, true))
                .job());
        catalog.dropIndex("docs_v1");
        assertThat(job(both.id()).running()).isTrue();
        Job refresh = catalog.startRefresh("docs").job();
        catalog.dropIndex("docs_v2");
        assertThat(job(both.id()).state()).isEqualTo(JobState.FAILED);
        assertThat(job(both.id()).error()).isEqualTo("the index 'docs_v2' was deleted while the job ran");
        assertThat(job(refresh.id()).running()).isTrue();

        catalog.dropDataset("docs");
        assertThat(job(refresh.id()).error()).isEqualTo("the dataset 'docs' was deleted while the job ran");
    }

    @Test
    void shouldEndAllJobsOfADroppedDataset() {
        Job fill = catalog.startRebuild("docs_v1").job();
        Job drop = catalog.dropDataset("docs").job();
        assertThat(job(fill.id()).state()).isEqualTo(JobState.FAILED);
        catalog.putDataset(dataset("docs", RefreshPolicy.MANUAL));
        catalog.dropDataset("docs");
        assertThat(job(drop.id()).running()).as("nothing else ends it").isTrue();
        finish(drop.id(), 4);
        assertThat(job(drop.id()).state()).isEqualTo(JobState.DONE);
    }

    @Test
    void shouldCancelWhatCanBe() {
        Job refresh = catalog.startRefresh("docs").job();
        report(refresh.id(), 1, 0, 7);
        Job ended = catalog.cancelJob(refresh.id());
        assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
        assertThat(ended.error()).isNull();
        assertThat(ended.finished()).isEqualTo(clock.instant());
        assertThat(ended.progress()).extracting(JobProgress::done).containsExactly(7L);
        assertThat(catalog.startRefresh("docs").created()).isTrue();

        Refused twice = refused(() -> catalog.cancelJob(refresh.id()));
        assertThat(twice.code()).isEqualTo(ErrorCode.JOB_NOT_RUNNING);
        assertThat(twice.message()).contains("it is cancelled");
        assertThat(refusal(() -> catalog.cancelJob(999))).isEqualTo(ErrorCode.JOB_NOT_FOUND);
        long drop = catalog.dropIndex("docs_v1").job().id();
        assertThat(refusal(() -> catalog.cancelJob(drop))).isEqualTo(ErrorCode.JOB_NOT_CANCELLABLE);

        catalog.createIndex(direct("from", 3));
        catalog.createIndex(direct("to", 3));
        long merge = catalog.startMerge("from", "to", false).job().id();
        assertThat(catalog.cancelJob(merge).state()).isEqualTo(JobState.CANCELLED);
        assertThat(catalog.startMerge("to", "from", false).created()).isTrue();
    }

    @Test
    void shouldStartARefreshWhenItsTimeHasCome() {
        schedule("0 3 * * *", "UTC");
        at("2026-01-01T02:59:59Z");
        assertThat(catalog.current().jobs()).isEmpty();
        at("2026-01-01T03:00:00Z");
        Job first = catalog.current().jobs().get(0);
        assertThat(first.work())
                .isEqualTo(new Refresh(
                        catalog.current().dataset("docs").orElseThrow().id(), "docs", true));
        finish(first.id(), 1);
        at("2026-01-01T03:00:05Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        at("2026-01-02T03:00:01Z");
        assertThat(catalog.current().jobs()).hasSize(2);
    }

    @Test
    void shouldMakeUpOnceForTimesThatWereMissed() {
        schedule("*/10 * * * *", "UTC");
        at("2026-01-03T12:34:56Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        finish(catalog.current().jobs().get(0).id(), 1);
        at("2026-01-03T12:39:59Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        at("2026-01-03T12:40:00Z");
        assertThat(catalog.current().jobs()).hasSize(2);
    }

    @Test
    void shouldCountATimeAsServedWhileARefreshRuns() {
        schedule("*/10 * * * *", "UTC");
        Job running = catalog.startRefresh("docs").job();
        at("2026-01-01T00:10:00Z");
        finish(running.id(), 1);
        at("2026-01-01T00:19:00Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        at("2026-01-01T00:20:00Z");
        assertThat(catalog.current().jobs()).hasSize(2);
    }

    @Test
    void shouldRunOnceThoughTheClocksAreSetBackAfterwards() {
        // In Amsterdam 02:00 to 03:00 comes twice on 25 October 2026; the writer was away at 02:30.
        at("2026-10-24T12:00:00Z");
        schedule("30 2 * * *", "Europe/Amsterdam");
        at("2026-10-25T01:00:05Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        assertThat(catalog.current().dataset("docs").orElseThrow().served())
                .isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
        finish(catalog.current().jobs().get(0).id(), 1);
        at("2026-10-25T01:30:05Z");
        assertThat(catalog.current().jobs()).as("02:30 came once already").hasSize(1);
        at("2026-10-26T01:30:00Z");
        assertThat(catalog.current().jobs()).hasSize(2);
    }

    @Test
    void shouldCountAsServedTheNewestOfTheTimesThatWereMissed() {
        schedule("*/10 3-4 * * *", "UTC");
        at("2027-01-03T04:34:56Z");
        assertThat(catalog.current().dataset("docs").orElseThrow().served())
                .isEqualTo(Instant.parse("2027-01-03T04:30:00Z"));
        at("2027-06-01T02:59:59Z");
        assertThat(catalog.current().dataset("docs").orElseThrow().served())
                .isEqualTo(Instant.parse("2027-05-31T04:50:00Z"));
        assertThat(RefreshRules.nextDue(catalog.current())).contains(Instant.parse("2027-06-01T03:00:00Z"));
    }

    @Test
    void shouldKeepWhatIsServedUntilTheScheduleChanges() {
        schedule("0 3 * * *", "UTC");
        clock.set(Instant.parse("2026-01-01T10:00:00Z"));
        assertThat(schedule("0 3 * * *", "UTC").changed()).isFalse();
        catalog.startDue();
        assertThat(catalog.current().jobs()).as("03:00 was missed").hasSize(1);

        clock.set(Instant.parse("2026-01-02T10:00:00Z"));
        assertThat(schedule("0 4 * * *", "UTC").changed()).isTrue();
        catalog.startDue();
        assertThat(catalog.current().jobs())
                .as("what was before it was set is not missed")
                .hasSize(1);

        catalog.putDataset(dataset("docs", RefreshPolicy.ON_APPEND));
        Dataset without = catalog.current().dataset("docs").orElseThrow();
        assertThat(without.schedule()).isNull();
        assertThat(without.served()).isNull();
        at("2026-02-01T00:00:00Z");
        assertThat(catalog.current().jobs()).hasSize(1);
        assertThat(RefreshRules.nextDue(catalog.current())).isEmpty();
    }

    @Test
    void shouldWantAScheduleWithThePolicyThatHasOne() {
        assertThat(refusal(() -> catalog.putDataset(dataset("docs", RefreshPolicy.SCHEDULED))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.putDataset(new DatasetSpec(
                        "docs",
                        List.of("id"),
                        List.of("body"),
                        null,
                        RefreshPolicy.MANUAL,
                        RefreshSchedule.of("0 3 * * *", null),
                        true))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        Refused bad = refused(() -> schedule("61 * * * *", "UTC"));
        assertThat(bad.code()).isEqualTo(ErrorCode.INVALID_SCHEDULE);
    }

    private CatalogService.PutResult schedule(String cron, String zone) {
        return catalog.putDataset(new DatasetSpec(
                "docs",
                List.of("id"),
                List.of("body"),
                null,
                RefreshPolicy.SCHEDULED,
                RefreshSchedule.of(cron, zone),
                true));
    }

    private void at(String moment) {
        clock.set(Instant.parse(moment));
        catalog.startDue();
    }

    private Job job(long id) {
        return catalog.current().job(id).orElseThrow();
    }

    private void finish(long job, long done) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            report(job, partition, 1, done);
        }
    }

    private void report(long job, int partition, int finishedSteps, long done) {
        catalog.report(
                new JobProgress(job, partition, ++sequence, finishedSteps, done, done, 0, 0, 0, clock.instant()));
    }
}
