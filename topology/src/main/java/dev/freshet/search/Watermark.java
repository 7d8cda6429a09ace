package dev.freshet.search;

import dev.freshet.schemas.key.RowVersion;

/**
 * How far an index has come in one partition.
 *
 * @param version every change up to and including this one is reflected; -1 before the first
 * @param waitingSinceMs when the oldest change that is not reflected was written, of those that the refresh application has read; the smallest long if none waits
 */
record Watermark(long version, long waitingSinceMs) {
    static final Watermark NONE = new Watermark(-1, Long.MIN_VALUE);

    /** The offset in the rows topic; -1 before the first. */
    long offset() {
        return version < 0 ? -1 : RowVersion.offset(version);
    }
}
