package dev.freshet.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** A growing array of longs in pages. One thread grows and writes it, any may read meanwhile. */
final class LongPages {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SHIFT = 10;
    private static final int PAGE = 1 << SHIFT;

    private final long initial;
    private volatile long[][] pages = {};

    /** An empty array whose elements will be {@code initial} until they are set. */
    LongPages(long initial) {
        this.initial = initial;
    }

    /** Makes room for {@code size} elements. */
    void ensure(int size) {
        int needed = (size + PAGE - 1) >>> SHIFT;
        if (needed > pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    private long[] newPage() {
        long[] page = new long[PAGE];
        Arrays.fill(page, initial);
        return page;
    }

    /** Reads with acquire semantics; {@code initial} beyond the capacity. */
    long get(int index) {
        long[][] current = pages;
        int page = index >>> SHIFT;
        return page < current.length ? (long) ELEMENT.getAcquire(current[page], index & (PAGE - 1)) : initial;
    }

    /** Writes with release semantics. */
    void set(int index, long value) {
        ELEMENT.setRelease(pages[index >>> SHIFT], index & (PAGE - 1), value);
    }

    long bytes() {
        return (long) (pages.length << SHIFT) * Long.BYTES;
    }
}
