package dev.freshet.index;

import java.util.Arrays;
import java.util.function.Supplier;

/** The directory of an array that is kept in pages: it grows and shrinks by whole pages, and none is ever copied. */
final class Pages {
    private Pages() {}

    /** A directory of {@code count} pages: the first of those there are, and new ones behind them. */
    static <P> P[] resize(P[] pages, int count, Supplier<P> newPage) {
        P[] resized = Arrays.copyOf(pages, count);
        for (int page = pages.length; page < count; page++) {
            resized[page] = newPage.get();
        }
        return resized;
    }
}
