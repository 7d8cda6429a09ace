package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an index was last filled from the stored rows of its dataset. The counts are null if the job filled other indexes as well: a job counts what it
 * does in all of them together.
 *
 * @param job the job that did it
 * @param rows rows that it was filled with
 * @param skipped rows that needed nothing: they were deleted before their turn came, or were in it already
 * @param failed rows that could not be embedded, which are dead letters
 */
public record IndexBuild(
        long job,
        Instant started,
        Instant finished,
        @Nullable Long rows,
        @Nullable Long skipped,
        @Nullable Long failed) {
    public IndexBuild {
        requireNonNull(started, "started is null");
        requireNonNull(finished, "finished is null");
    }
}
