package dev.freshet.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Short lists of node numbers, all with room for {@code width}, in pages: {@code count(1) node(width)} ints each.
 *
 * <p>A list has one writer at a time and is read without a lock. Elements are written with release and before the count, and read with acquire and after it. So a reader that
 * races with a change may see some of the old elements and some of the new ones, and a node twice or not at all; but each element that it sees was in the list at some time since
 * the reader began, and everything that was written to that node before it was linked is visible.
 */
final class NeighborLists {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PAGE_INTS = 1 << 13;

    private final int width;
    private final int stride;
    private final int shift;
    private final int mask;
    private volatile int[][] pages = {};

    NeighborLists(int width) {
        this.width = width;
        this.stride = width + 1;
        int perPage = Math.max(1, Integer.highestOneBit(PAGE_INTS / stride));
        this.shift = Integer.numberOfTrailingZeros(perPage);
        this.mask = perPage - 1;
    }

    /** Nodes that a list has room for. */
    int width() {
        return width;
    }

    /** Makes room for {@code size} lists. One thread at a time. */
    void ensure(int size) {
        int needed = pagesFor(size);
        if (needed > pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    private int pagesFor(int size) {
        return (size + mask) >>> shift;
    }

    private int[] newPage() {
        return new int[(mask + 1) * stride];
    }

    /** Copies a list and returns its length. */
    int read(int list, int[] into) {
        int[] page = pages[list >>> shift];
        int start = (list & mask) * stride;
        int count = (int) ELEMENT.getAcquire(page, start);
        for (int i = 0; i < count; i++) {
            into[i] = (int) ELEMENT.getAcquire(page, start + 1 + i);
        }
        return count;
    }

    int count(int list) {
        return (int) ELEMENT.getAcquire(pages[list >>> shift], (list & mask) * stride);
    }

    /** Replaces a list. */
    void write(int list, int[] nodes, int count) {
        int[] page = pages[list >>> shift];
        int start = (list & mask) * stride;
        for (int i = 0; i < count; i++) {
            ELEMENT.setRelease(page, start + 1 + i, nodes[i]);
        }
        ELEMENT.setRelease(page, start, count);
    }

    /** Adds a node to a list that has room. */
    void append(int list, int node) {
        int[] page = pages[list >>> shift];
        int start = (list & mask) * stride;
        int count = (int) ELEMENT.getAcquire(page, start);
        ELEMENT.setRelease(page, start + 1 + count, node);
        ELEMENT.setRelease(page, start, count + 1);
    }

    /** Puts a node in place of another one. */
    void replace(int list, int position, int node) {
        ELEMENT.setRelease(pages[list >>> shift], (list & mask) * stride + 1 + position, node);
    }

    /** Gives room back that is not needed for {@code size} lists. No reader may be on what is beyond. */
    void trim(int size) {
        int needed = pagesFor(size);
        if (needed < pages.length) {
            pages = Pages.resize(pages, needed, this::newPage);
        }
    }

    long bytes() {
        return (long) pages.length * (mask + 1) * stride * Integer.BYTES;
    }
}
