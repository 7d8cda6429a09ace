package dev.freshet.catalog;

import dev.freshet.catalog.CatalogService.JobPace;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest report of each partition of each job that runs. Thread-safe. */
final class JobBoard {
    private final Map<String, JobProgress> reports = new HashMap<>();

    /** Takes a report; one that is older than what is known changes nothing. */
    synchronized void put(JobProgress report) {
        reports.merge(JobProgress.key(report.job(), report.partition()), report, JobProgress::newer);
    }

    /**
     * Forgets the reports of jobs that have ended. That they were deleted from the topic is not what counts: it may be read before the catalog's word that the job
     * ended, and the counts would be gone for a moment.
     */
    synchronized void forgetEnded(Catalog catalog) {
        reports.values()
                .removeIf(report -> report.job() <= catalog.lastId()
                        && catalog.job(report.job()).filter(Job::running).isEmpty());
    }

    /** The reports of a job, in the order of their partitions. */
    synchronized List<JobProgress> of(long jobId) {
        return reports.values().stream()
                .filter(report -> report.job() == jobId)
                .sorted(Comparator.comparingInt(JobProgress::partition))
                .toList();
    }

    /** How fast a job goes. */
    synchronized JobPace pace(Job job) {
        return new JobPace(null, null);
    }
}
