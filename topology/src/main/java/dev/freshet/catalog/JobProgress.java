package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a job has come in one partition, in absolute counts of rows.
 *
 * @param sequence of two reports, the one with the larger number is the newer
 * @param finishedSteps how many of the job's steps this partition has finished
 * @param total rows to do that stand in this partition; null until they are counted
 * @param done rows done in this partition, once for each index; a merge takes rows from one partition to another, so this may be more than {@code total}
 * @param skipped rows that needed nothing any more: changed or deleted after the job's start
 * @param failed rows that could not be taken, which are dead letters
 * @param cleared rows that a merge deleted from its source after they were copied
 * @param reported when these counts were taken
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
        long cleared,
        Instant reported) {
    public JobProgress {
        requireNonNull(reported, "reported is null");
    }

    /** The key of a partition's reports in the job-progress topic. */
    public static String key(long job, int partition) {
        return job + "/" + partition;
    }

    /** Rows that this partition is through with. */
    public long processed() {
        return done + skipped + failed;
    }

    /** The newer of two reports of one partition. */
    static JobProgress newer(JobProgress left, JobProgress right) {
        return right.sequence() >= left.sequence() ? right : left;
    }
}
