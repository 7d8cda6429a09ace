package dev.freshet.refresh;

import org.jspecify.annotations.Nullable;

/**
 * Whose work it is to bring a row to an index.
 *
 * @param job the job that found the row among the stored ones; null for a change as it comes
 * @param anew whether every chunk is to be embedded again, also those whose vector is known
 */
record Assignment(@Nullable Long job, boolean anew) {
    /** Of a change as it comes: a row that waits already stays whose it is. */
    static final Assignment NONE = new Assignment(null, false);
}
