package dev.freshet.search;

import org.jspecify.annotations.Nullable;

/**
 * One state of a row in the graph: which slots are its chunks. Immutable; a row changes by being replaced.
 *
 * @param since the epoch in which it was published, after all of its chunks had been added: a search that entered in a later one has them in the graph from its begin
 * @param revision see {@link StoredRow}
 * @param failed whether this version could not be embedded; the chunks are then an older version's
 * @param metadata in the form of {@link MetadataFields}; null if they are too long to be kept in memory
 * @param slots one per chunk
 * @param ordinals the chunks' ordinals, beside their slots
 */
record GraphRow(
        String rowKey,
        long since,
        long version,
        int revision,
        boolean failed,
        byte @Nullable [] metadata,
        int[] slots,
        int[] ordinals) {
    /** Where in {@link #slots} a slot stands; -1 if it is not, or no longer, this row's. */
    int position(int slot) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == slot) {
                return i;
            }
        }
        return -1;
    }
}
