package dev.freshet.catalog;

import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.JobEntry;
import dev.freshet.schemas.avro.MergeEntry;
import dev.freshet.schemas.avro.ProgressEntry;

/** Jobs and their progress to and from their records. */
final class JobEntries {
    private JobEntries() {}

    static String key(long jobId) {
        return "job/" + jobId;
    }

    static Job job(JobEntry entry) {
        return new Job(
                entry.getId(),
                entry.getState(),
                entry.getStep(),
                entry.getPartitions(),
                work(entry.getWork()),
                entry.getCreated(),
                entry.getFinished(),
                entry.getError(),
                entry.getProgress().stream().map(JobEntries::progress).toList());
    }

    static JobEntry entry(Job job) {
        return JobEntry.newBuilder()
                .setId(job.id())
                .setState(job.state())
                .setStep(job.step())
                .setPartitions(job.partitions())
                .setWork(entry(job.work()))
                .setCreated(job.created())
                .setFinished(job.finished())
                .setError(job.error())
                .setProgress(job.progress().stream().map(JobEntries::entry).toList())
                .build();
    }

    static JobProgress progress(ProgressEntry entry) {
        return new JobProgress(
                entry.getJob(),
                entry.getPartition(),
                entry.getSequence(),
                entry.getFinishedSteps(),
                entry.getTotal(),
                entry.getDone(),
                entry.getSkipped(),
                entry.getFailed(),
                entry.getCleared());
    }

    static ProgressEntry entry(JobProgress progress) {
        return ProgressEntry.newBuilder()
                .setJob(progress.job())
                .setPartition(progress.partition())
                .setSequence(progress.sequence())
                .setFinishedSteps(progress.finishedSteps())
                .setTotal(progress.total())
                .setDone(progress.done())
                .setSkipped(progress.skipped())
                .setFailed(progress.failed())
                .setCleared(progress.cleared())
                .build();
    }

    private static JobWork work(Object entry) {
        if (entry instanceof MergeEntry merge) {
            return new Merge(
                    merge.getSourceId(),
                    merge.getSource(),
                    merge.getDestinationId(),
                    merge.getDestination(),
                    merge.getClearSource(),
                    merge.getStarts());
        }
        throw new IllegalArgumentException(
                "a job of an unknown kind: " + entry.getClass().getSimpleName());
    }

    private static Object entry(JobWork work) {
        if (work instanceof Merge merge) {
            return MergeEntry.newBuilder()
                    .setSourceId(merge.sourceId())
                    .setSource(merge.source())
                    .setDestinationId(merge.destinationId())
                    .setDestination(merge.destination())
                    .setClearSource(merge.clearSource())
                    .setStarts(merge.starts())
                    .build();
        }
        throw new IllegalArgumentException("a job of an unknown kind: " + work.kind());
    }
}
