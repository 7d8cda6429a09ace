package dev.freshet.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest report of each partition of each job that runs. Thread-safe. */
final class JobBoard {
    private final Map<String, JobProgress> reports = new HashMap<>();

    /** Takes what stands in the topic under a key; null removes it. An older report changes nothing. */
    synchronized void put(String key, @Nullable JobProgress report) {
        if (report == null) {
            reports.remove(key);
        } else {
            reports.merge(key, report, JobProgress::newer);
        }
    }

    /** The reports of a job, in the order of their partitions. */
    synchronized List<JobProgress> of(long jobId) {
        return reports.values().stream()
                .filter(report -> report.job() == jobId)
                .sorted(Comparator.comparingInt(JobProgress::partition))
                .toList();
    }
}
