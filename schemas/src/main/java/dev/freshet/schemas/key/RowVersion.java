package dev.freshet.schemas.key;

/**
 * The version of a row: the epoch of the rows topic in the upper 16 bits and the offset of the change in the lower 48. It only grows for one
 * row, because one partition's task alone gives it.
 */
public final class RowVersion {
    public static final int MAX_EPOCH = 0x7fff;
    private static final int OFFSET_BITS = 48;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private RowVersion() {}

    public static long of(int epoch, long offset) {
        if (epoch < 0 || epoch > MAX_EPOCH) {
            throw new IllegalArgumentException("epoch is " + epoch + ", must be 0 to " + MAX_EPOCH);
        }
        if (offset < 0 || offset > OFFSET_MASK) {
            throw new IllegalArgumentException("offset is " + offset + ", must be 0 to " + OFFSET_MASK);
        }
        return ((long) epoch << OFFSET_BITS) | offset;
    }

    public static int epoch(long version) {
        return (int) (version >>> OFFSET_BITS);
    }

    public static long offset(long version) {
        return version & OFFSET_MASK;
    }
}
