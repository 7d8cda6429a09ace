package dev.freshet.catalog;

import java.util.Collection;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the partitions have reported of a job, added up.
 *
 * @param total rows to do; null until every partition has counted its own
 */
public record JobCounts(@Nullable Long total, long done, long skipped, long failed, long cleared) {
    public static JobCounts of(Job job, Collection<JobProgress> progress) {
        return new JobCounts(
                total(job, progress),
                sum(progress, JobProgress::done),
                sum(progress, JobProgress::skipped),
                sum(progress, JobProgress::failed),
                sum(progress, JobProgress::cleared));
    }

    /** Rows that the job is through with. */
    public long processed() {
        return done + skipped + failed;
    }

    private static @Nullable Long total(Job job, Collection<JobProgress> progress) {
        long counted = progress.stream()
                .map(JobProgress::total)
                .filter(Objects::nonNull)
                .count();
        return counted < job.partitions()
                ? null
                : (Long) sum(progress, report -> Objects.requireNonNull(report.total(), "total is null"));
    }

    private static long sum(Collection<JobProgress> progress, ToLongFunction<JobProgress> count) {
        return progress.stream().mapToLong(count).sum();
    }
}
