package dev.freshet.search;

import dev.freshet.schemas.key.RowVersion;

/**
 * How far an index has come in one partition.
 *
 * @param version every change up to and including this one is reflected; -1 before the first
 * @param changedMs when that change was written to the rows topic; the smallest long if unknown
 */
record Watermark(long version, long changedMs) {
    static final Watermark NONE = new Watermark(-1, Long.MIN_VALUE);

    /** The offset in the rows topic; -1 before the first. */
    long offset() {
        return version < 0 ? -1 : RowVersion.offset(version);
    }
}
