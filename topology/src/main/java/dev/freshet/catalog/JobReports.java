package dev.freshet.catalog;

import dev.freshet.schemas.avro.ProgressEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/** What the catalog's writer knows of the progress of jobs that run: the newest report of each partition. Used by its stream thread only. */
final class JobReports {
    static final String STORE = "job-progress-state";

    private final KeyValueStore<String, ProgressEntry> store;

    JobReports(KeyValueStore<String, ProgressEntry> store) {
        this.store = store;
    }

    void put(JobProgress report) {
        String key = JobProgress.key(report.job(), report.partition());
        ProgressEntry known = store.get(key);
        JobProgress newest = known == null ? report : JobProgress.newer(JobEntries.progress(known), report);
        store.put(key, JobEntries.entry(newest));
    }

    void remove(long jobId, int partition) {
        store.delete(JobProgress.key(jobId, partition));
    }

    /** The reports of a job, in the order of their partitions. */
    List<JobProgress> of(Job job) {
        List<JobProgress> reports = new ArrayList<>();
        for (int partition = 0; partition < job.partitions(); partition++) {
            ProgressEntry report = store.get(JobProgress.key(job.id(), partition));
            if (report != null) {
                reports.add(JobEntries.progress(report));
            }
        }
        return reports;
    }
}
