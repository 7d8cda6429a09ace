package dev.freshet.ops.bench.index;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** How much of the heap is in use by what is still referenced. */
final class HeapUse {
    private static final int ROUNDS_MAX = 10;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final double SETTLED = 0.001;

    private HeapUse() {}

    /** Bytes in use after collections that free nothing more. */
    static long bytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long used = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            memory.gc();
            long now = memory.getHeapMemoryUsage().getUsed();
            if (used - now < now * SETTLED) {
                return Math.min(used, now);
            }
            used = now;
        }
        return used;
    }

    /** Bytes that these arrays take, with their headers. */
    static long bytesOf(float[][] arrays) {
        long bytes = 0;
        for (float[] array : arrays) {
            bytes += ARRAY_HEADER_BYTES + (long) Float.BYTES * array.length;
        }
        return bytes;
    }
}
