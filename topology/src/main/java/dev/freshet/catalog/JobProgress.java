package dev.freshet.catalog;

import org.jspecify.annotations.Nullable;

/**
 * How far a job has come in one partition, in absolute counts of rows.
 *
 * @param sequence of two reports, the one with the larger number is the newer
 * @param finishedSteps how many of the job's steps this partition has finished
 * @param total rows to do that stand in this partition; null until they are counted
 * @param done rows done in this partition; a merge takes rows from one partition to another, so this may be more than {@code total}
 * @param skipped rows left as they were, because they changed after the job's start
 * @param failed rows that could not be taken, which are dead letters
 * @param cleared rows deleted from the source after they were copied
 */
public record JobProgress(
        long job,
        int partition,
        long sequence,
        int finishedSteps,
        @Nullable Long total,
        long done,
        long skipped,
        long failed,
        long cleared) {
    /** The key of a partition's reports in the job-progress topic. */
    public static String key(long job, int partition) {
        return job + "/" + partition;
    }

    /** The newer of two reports of one partition. */
    static JobProgress newer(JobProgress left, JobProgress right) {
        return right.sequence() >= left.sequence() ? right : left;
    }
}
