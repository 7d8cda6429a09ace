package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.JobPace;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobCounts;
import dev.freshet.catalog.JobProgress;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.JobWork.Refresh;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A job. Rows are counted, never estimated; a row counts once for each index that it is for.
 *
 * @param kind {@code refresh}, {@code backfill}, {@code rebuild}, {@code merge} or {@code deletion}
 * @param state {@code running}, {@code done}, {@code failed} or {@code cancelled}
 * @param dataset whose rows it is about; null for a merge
 * @param indexes which it fills or deletes; null for the other kinds
 * @param scheduled whether a schedule started it; null unless it is a refresh
 * @param source where a merge copies from; null, as the next two, for the other kinds
 * @param total rows to do; null until every partition has counted its own
 * @param done rows that were embedded, copied or cleared away
 * @param skipped rows that needed nothing any more
 * @param failed rows that could not be taken, which are dead letters
 * @param cleared rows deleted from the source of a merge; null unless that was asked for
 * @param rate rows per second over the last minute; null while that is not known, and at the end
 * @param etaSeconds how long it will take at this rate; null while that is not known, and at the end
 * @param error why it failed, or which job took over from it
 * @param partitions those that have reported
 */
record JobInfo(
        long id,
        String kind,
        String state,
        @Nullable String dataset,
        @Nullable List<String> indexes,
        @Nullable Boolean scheduled,
        @Nullable String source,
        @Nullable String destination,
        @Nullable Boolean clearSource,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long total,
        long done,
        long skipped,
        long failed,
        @Nullable Long cleared,
        @Nullable Double rate,
        @Nullable Long etaSeconds,
        String started,
        @Nullable String finished,
        @Nullable String error,
        List<PartitionInfo> partitions) {
    /**
     * One partition's part.
     *
     * @param total rows to do that lie in this partition; null until they are counted
     * @param done rows done in this partition; for a merge, those that the destination has taken, from wherever they lay in the source
     * @param finished whether it is through with all
     */
    record PartitionInfo(
            int partition,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Long total,

            long done,
            long skipped,
            long failed,
            @Nullable Long cleared,
            boolean finished) {}

    static JobInfo of(Job job, CatalogService catalog) {
        List<JobProgress> progress = catalog.progress(job);
        JobPace pace = catalog.pace(job);
        JobCounts counts = JobCounts.of(job, progress);
        JobWork work = job.work();
        Merge merge = work instanceof Merge it ? it : null;
        boolean clears = merge != null && merge.clearSource();
        Duration remaining = pace.remaining();
        Double rate = pace.rowsPerSecond();
        Instant finished = job.finished();
        return new JobInfo(
                job.id(),
                work.kind(),
                job.state().name().toLowerCase(Locale.ROOT),
                dataset(work),
                indexes(work),
                work instanceof Refresh refresh ? refresh.scheduled() : null,
                merge == null ? null : merge.source(),
                merge == null ? null : merge.destination(),
                merge == null ? null : merge.clearSource(),
                counts.total(),
                counts.done(),
                counts.skipped(),
                counts.failed(),
                clears ? counts.cleared() : null,
                rate == null ? null : (Double) (Math.round(rate * 10) / 10.0),
                remaining == null ? null : (Long) ((remaining.toMillis() + 999) / 1000),
                job.created().toString(),
                finished == null ? null : finished.toString(),
                job.error(),
                progress.stream()
                        .map(report -> partition(report, clears, work.steps()))
                        .toList());
    }

    /** Whether it is about this dataset; that of an index with own vectors has the index's name. */
    boolean isAbout(String name) {
        return name.equals(dataset) || name.equals(source) || name.equals(destination);
    }

    private static @Nullable String dataset(JobWork work) {
        if (work instanceof Refresh refresh) {
            return refresh.dataset();
        }
        if (work instanceof Fill fill) {
            return fill.dataset();
        }
        return work instanceof Drop drop ? drop.dataset() : null;
    }

    private static @Nullable List<String> indexes(JobWork work) {
        if (work instanceof Fill fill) {
            return names(fill.indexes());
        }
        return work instanceof Drop drop ? names(drop.indexes()) : null;
    }

    private static List<String> names(List<IndexName> indexes) {
        return indexes.stream().map(IndexName::name).toList();
    }

    private static PartitionInfo partition(JobProgress report, boolean clears, int steps) {
        return new PartitionInfo(
                report.partition(),
                report.total(),
                report.done(),
                report.skipped(),
                report.failed(),
                clears ? report.cleared() : null,
                report.finishedSteps() >= steps);
    }

    /** Jobs, the newest first. */
    record Listing(List<JobInfo> jobs) {}
}
