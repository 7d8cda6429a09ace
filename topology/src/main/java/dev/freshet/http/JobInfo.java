package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobProgress;
import dev.freshet.catalog.JobWork.Merge;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A job. Rows are counted, never estimated.
 *
 * @param state {@code running}, {@code done} or {@code failed}
 * @param total rows to do; null until every partition has counted its own
 * @param done rows that the destination holds as the source had them
 * @param skipped rows that the destination changed or deleted after the job's start
 * @param failed rows that could not be taken, which are dead letters
 * @param cleared rows deleted from the source; null unless that was asked for
 * @param partitions those that have reported
 */
record JobInfo(
        long id,
        String kind,
        String state,
        String source,
        String destination,
        boolean clearSource,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long total,
        long done,
        long skipped,
        long failed,
        @Nullable Long cleared,
        String started,
        @Nullable String finished,
        @Nullable String error,
        List<PartitionInfo> partitions) {
    /**
     * One partition's part.
     *
     * @param total rows of the source that lie in this partition; null until they are counted
     * @param done rows taken by the destination in this partition, from wherever they lay in the source
     */
    record PartitionInfo(
            int partition,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Long total,

            long done,
            long skipped,
            long failed,
            @Nullable Long cleared) {}

    static JobInfo of(Job job, List<JobProgress> progress) {
        Merge merge = (Merge) job.work();
        Instant finished = job.finished();
        boolean clears = merge.clearSource();
        return new JobInfo(
                job.id(),
                merge.kind(),
                job.state().name().toLowerCase(Locale.ROOT),
                merge.source(),
                merge.destination(),
                clears,
                total(job, progress),
                sum(progress, JobProgress::done),
                sum(progress, JobProgress::skipped),
                sum(progress, JobProgress::failed),
                clears ? sum(progress, JobProgress::cleared) : null,
                job.created().toString(),
                finished == null ? null : finished.toString(),
                job.error(),
                progress.stream().map(report -> partition(report, clears)).toList());
    }

    private static PartitionInfo partition(JobProgress report, boolean clears) {
        return new PartitionInfo(
                report.partition(),
                report.total(),
                report.done(),
                report.skipped(),
                report.failed(),
                clears ? report.cleared() : null);
    }

    private static @Nullable Long total(Job job, List<JobProgress> progress) {
        List<Long> totals = progress.stream()
                .map(JobProgress::total)
                .filter(Objects::nonNull)
                .toList();
        return totals.size() < job.partitions()
                ? null
                : totals.stream().mapToLong(Long::longValue).sum();
    }

    private static long sum(List<JobProgress> progress, ToLongFunction<JobProgress> count) {
        return progress.stream().mapToLong(count).sum();
    }

    /** Jobs, the newest first. */
    record Listing(List<JobInfo> jobs) {}
}
