package dev.freshet.search;

import org.jspecify.annotations.Nullable;

/**
 * A row as the store keeps it, without its chunks.
 *
 * @param revision 0 for the first image of this version, then one more for each further one (a replayed dead letter keeps the version)
 * @param ordinals of its chunks, in the image's order
 * @param source where this version came from; null if nobody said, or it was stored before that was kept
 */
record StoredRow(
        long version,
        int revision,
        @Nullable RowFailure failure,
        String metadata,
        int[] ordinals,
        @Nullable RowSource source) {}
