package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.schemas.avro.BuildEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Collection;
import java.util.Locale;

/** What takes a job from step to step and ends it, whatever it does. Pure, like {@link CatalogRules}. */
final class JobRules {
    private JobRules() {}

    /**
     * What follows from the partitions' reports: nothing, the next step, or the end. Returns whether anything does.
     *
     * @param reports the newest report of each partition that made one
     */
    static boolean advance(CatalogChange change, Job job, Collection<JobProgress> reports) {
        long finished = reports.stream()
                .filter(report -> report.finishedSteps() > job.step())
                .count();
        if (!job.running() || finished < job.partitions()) {
            return false;
        }
        int next = job.step() + 1;
        if (next < job.work().steps()) {
            change.put(job.atStep(next));
            return true;
        }
        change.end(job, JobState.DONE, null);
        if (job.work() instanceof Fill fill) {
            remember(change, job, fill, JobCounts.of(job, reports));
        }
        return true;
    }

    /** Ends a job that a user no longer wants. Throws {@link FreshetException} if it cannot be. */
    static Accepted cancel(CatalogChange change, long id) {
        Job job = change.catalog()
                .job(id)
                .orElseThrow(() -> new FreshetException(ErrorCode.JOB_NOT_FOUND, "there is no job " + id));
        if (!job.running()) {
            throw new FreshetException(
                    ErrorCode.JOB_NOT_RUNNING,
                    "job " + id + " does not run: it is " + job.state().name().toLowerCase(Locale.ROOT));
        }
        if (job.work() instanceof Drop) {
            throw new FreshetException(
                    ErrorCode.JOB_NOT_CANCELLABLE,
                    "job " + id + " clears away what is deleted already, and cannot be cancelled");
        }
        change.end(job, JobState.CANCELLED, null);
        return change.accepted(false, id);
    }

    /** Fails the running jobs that need a dataset which is being dropped. */
    static void datasetDropped(CatalogChange change, Dataset dataset) {
        String what = (dataset.direct() ? "the index '" : "the dataset '") + dataset.name() + "'";
        change.catalog()
                .runningJobs(dataset.id())
                .forEach(job -> change.end(job, JobState.FAILED, what + " was deleted while the job ran"));
    }

    /** Fails the running jobs that fill an index which is being dropped, and no other one that is left. */
    static void indexDropped(CatalogChange change, IndexDefinition dropped) {
        for (Job job : change.catalog().runningJobs(dropped.datasetId())) {
            if (job.work() instanceof Fill fill
                    && fill.fills(dropped.id())
                    && fill.indexes().stream()
                            .allMatch(index -> index.id() == dropped.id()
                                    || change.catalog().index(index.id()).isEmpty())) {
                change.end(job, JobState.FAILED, "the index '" + dropped.name() + "' was deleted while the job ran");
            }
        }
    }

    /** Fails the jobs that run: what they wrote to a topic that was re-created is gone. Those that clear away go on: what they clear may be stored elsewhere. */
    static void topicRecreated(CatalogChange change, String topic) {
        change.catalog().jobs().stream()
                .filter(job -> job.running() && !(job.work() instanceof Drop))
                .forEach(job -> change.end(
                        job,
                        JobState.FAILED,
                        "the topic " + topic + " was deleted and created again while the job ran"));
    }

    /** Keeps with each index how it was filled. What a job of several indexes counted is not known for each. */
    private static void remember(CatalogChange change, Job job, Fill fill, JobCounts counts) {
        boolean single = fill.indexes().size() == 1;
        for (JobWork.IndexName name : fill.indexes()) {
            change.catalog().index(name.id()).ifPresent(index -> {
                IndexEntry entry = CatalogEntries.entry(index);
                entry.setBuilt(new BuildEntry(
                        job.id(),
                        job.created(),
                        change.now(),
                        single ? counts.done() : null,
                        single ? counts.skipped() : null,
                        single ? counts.failed() : null));
                change.put(entry);
            });
        }
    }
}
