package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogService.JobPace;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reports of each partition of each job that runs: the newest, and those of the last minute. Thread-safe. */
final class JobBoard {
    private final Map<String, JobReportHistory> reports = new HashMap<>();
    private final Clock clock;

    /**
     * @param clock tells how long ago reports were made; those who report have their own clocks, which should agree within some seconds
     */
    JobBoard(Clock clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Takes a report; one that is older than what is known changes nothing. */
    synchronized void put(JobProgress report) {
        reports.computeIfAbsent(JobProgress.key(report.job(), report.partition()), key -> new JobReportHistory())
                .put(report);
    }

    /**
     * Forgets the reports of jobs that have ended. That they were deleted from the topic is not what counts: it may be read before the catalog's word that the job
     * ended, and the counts would be gone for a moment.
     */
    synchronized void forgetEnded(Catalog catalog) {
        reports.values()
                .removeIf(history -> history.newest().job() <= catalog.lastId()
                        && catalog.job(history.newest().job())
                                .filter(Job::running)
                                .isEmpty());
    }

    /** The reports of a job, in the order of their partitions. */
    synchronized List<JobProgress> of(long jobId) {
        return histories(jobId).stream().map(JobReportHistory::newest).toList();
    }

    /** How fast a job goes. */
    synchronized JobPace pace(Job job) {
        return JobPaces.of(job, histories(job.id()), clock.instant());
    }

    private List<JobReportHistory> histories(long jobId) {
        return reports.values().stream()
                .filter(history -> history.newest().job() == jobId)
                .sorted(Comparator.comparingInt(history -> history.newest().partition()))
                .toList();
    }
}
