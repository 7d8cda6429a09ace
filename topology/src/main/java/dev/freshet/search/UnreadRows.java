package dev.freshet.search;

import java.util.OptionalLong;

/** Knows whether the rows topic holds changes that nobody has read yet, as of a moment ago. Must not block; thread-safe. */
@FunctionalInterface
public interface UnreadRows {
    /** Nothing is known: no answer is then told to be behind for this reason. */
    UnreadRows UNKNOWN = partition -> OptionalLong.empty();

    /** Since when, in ms since 1970, a change in the partition has been waiting to be read, at the latest; empty if none is known to. */
    OptionalLong sinceMs(int partition);
}
