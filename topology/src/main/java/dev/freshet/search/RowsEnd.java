package dev.freshet.search;

import java.util.OptionalLong;

/** Knows where the rows topic ends, as of a moment ago. Must not block; thread-safe. */
@FunctionalInterface
public interface RowsEnd {
    /** Nothing is known: no answer is then told to be behind. */
    RowsEnd UNKNOWN = partition -> OptionalLong.empty();

    /** The offset that the next change in the partition will have; empty if unknown. */
    OptionalLong endOffset(int partition);
}
