package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How an index was last filled from the stored rows of its dataset.
 *
 * @param job the job that did it
 * @param rows rows that it was filled with
 * @param skipped rows that were deleted before their turn came
 * @param failed rows that could not be embedded, which are dead letters
 */
public record IndexBuild(long job, Instant started, Instant finished, long rows, long skipped, long failed) {
    public IndexBuild {
        requireNonNull(started, "started is null");
        requireNonNull(finished, "finished is null");
    }
}
