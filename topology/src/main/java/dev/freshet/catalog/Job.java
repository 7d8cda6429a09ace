package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.JobState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on, partition by partition, after the request that began it.
 *
 * @param id given by the catalog, never used twice
 * @param step the step under way, from 0
 * @param partitions of the rows topic; each does its part
 * @param finished null while it runs
 * @param error why it failed; null unless it did
 * @param progress the last counts of each partition, once it has ended; empty while it runs, see {@link CatalogService#progress}
 */
public record Job(
        long id,
        JobState state,
        int step,
        int partitions,
        JobWork work,
        Instant created,
        @Nullable Instant finished,
        @Nullable String error,
        List<JobProgress> progress) {
    public Job {
        requireNonNull(state, "state is null");
        requireNonNull(work, "work is null");
        requireNonNull(created, "created is null");
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions is " + partitions + ", must be at least 1");
        }
        progress = List.copyOf(progress);
    }

    public boolean running() {
        return state == JobState.RUNNING;
    }

    /** This job, at another step. */
    Job atStep(int other) {
        return new Job(id, state, other, partitions, work, created, finished, error, progress);
    }

    /** This job as it ended; the catalog's writer adds the last counts. */
    Job ended(JobState how, @Nullable String why, Instant when) {
        return new Job(id, how, step, partitions, work, created, when, why, List.of());
    }
}
