package dev.freshet.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A growing array of ints in pages, so that it grows without copying. One thread grows it at a time; any thread may read and write elements below the size that was
 * ensured, with the memory effects that each method names.
 */
final class IntPages {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int SHIFT = 10;
    private static final int PAGE = 1 << SHIFT;

    private final int initial;
    private volatile int[][] pages = {};

    /** An empty array whose elements will be {@code initial} until they are set. */
    IntPages(int initial) {
        this.initial = initial;
    }

    /** Makes room for {@code size} elements. */
    void ensure(int size) {
        int needed = pagesFor(size);
        if (needed > pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    private static int pagesFor(int size) {
        return (size + PAGE - 1) >>> SHIFT;
    }

    private int[] newPage() {
        int[] page = new int[PAGE];
        Arrays.fill(page, initial);
        return page;
    }

    /** Reads with acquire semantics; {@code initial} beyond the capacity. */
    int get(int index) {
        int[][] current = pages;
        int page = index >>> SHIFT;
        return page < current.length ? (int) ELEMENT.getAcquire(current[page], index & (PAGE - 1)) : initial;
    }

    /** Writes with release semantics. */
    void set(int index, int value) {
        ELEMENT.setRelease(pages[index >>> SHIFT], index & (PAGE - 1), value);
    }

    /** Writes with volatile semantics: every read that begins after this returns sees it. */
    void publish(int index, int value) {
        ELEMENT.setVolatile(pages[index >>> SHIFT], index & (PAGE - 1), value);
    }

    /** Adds atomically and returns the new value. */
    int add(int index, int delta) {
        return (int) ELEMENT.getAndAdd(pages[index >>> SHIFT], index & (PAGE - 1), delta) + delta;
    }

    /** Gives room back that is not needed for {@code size} elements. No reader may be on what is beyond. */
    void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    long bytes() {
        return ((long) pages.length << SHIFT) * Integer.BYTES;
    }
}
