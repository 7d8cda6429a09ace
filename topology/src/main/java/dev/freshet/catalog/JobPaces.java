package dev.freshet.catalog;

import dev.freshet.catalog.CatalogService.JobPace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How fast jobs go: what their partitions got through with in the last minute, up to now and not up to the last report, so that a job that stands still gets
 * slower from second to second.
 */
final class JobPaces {
    /** What is reported of a shorter time says too little. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private JobPaces() {}

    /**
     * The pace of a job.
     *
     * @param histories what each partition has reported; those that have not are left out
     */
    static JobPace of(Job job, List<JobReportHistory> histories, Instant now) {
        double rate = 0;
        boolean known = !histories.isEmpty();
        for (JobReportHistory history : histories) {
            OptionalDouble part = rate(job, history, now);
            rate += part.orElse(0);
            known &= part.isPresent()
                    || history.newest().finishedSteps() >= job.work().steps();
        }
        if (!known) {
            return new JobPace(null, null);
        }
        JobCounts counts = JobCounts.of(
                job, histories.stream().map(JobReportHistory::newest).toList());
        return new JobPace(rate, remaining(job, counts, rate));
    }

    /** Rows per second of one partition; empty while there is nothing to compare its newest report with. */
    private static OptionalDouble rate(Job job, JobReportHistory history, Instant now) {
        Instant start = now.minus(JobReportHistory.WINDOW);
        long before;
        if (!job.created().isBefore(start)) {
            // The job is younger than that, and began with nothing.
            start = job.created();
            before = 0;
        } else if (history.at(start).isPresent()) {
            before = processed(history.at(start).get());
        } else if (history.oldest().sequence() < history.newest().sequence()) {
            // This process knows the job for less than a minute.
            start = history.oldest().reported();
            before = processed(history.oldest());
        } else {
            return OptionalDouble.empty();
        }
        Duration time = Duration.between(start, now);
        return time.compareTo(SHORTEST) < 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, processed(history.newest()) - before) / (time.toMillis() / 1e3));
    }

    /** Null while it is not known: nothing moves, not all partitions have counted, or a later step is still to be counted. */
    private static @Nullable Duration remaining(Job job, JobCounts counts, double rate) {
        Long total = counts.total();
        if (total == null || rate <= 0 || job.work().steps() > 1) {
            return null;
        }
        return Duration.ofMillis(Math.round(Math.max(0, total - counts.processed()) / rate * 1e3));
    }

    private static long processed(JobProgress report) {
        return report.processed() + report.cleared();
    }
}
