package dev.freshet.text;

/**
 * How long chunks are, in characters (UTF-16 units) of alphabetic text. Scripts that models cut into more tokens weigh more per
 * character (see {@link TextWeight}), so that a chunk of Chinese has fewer characters than one of English.
 *
 * @param size longest chunk, its overlap included; 100 to 100,000
 * @param overlap how much of the text before a chunk is repeated at its start; 0 to half of {@code size}. With an overlap, one edit can
 *     touch one more chunk.
 */
public record ChunkingOptions(int size, int overlap) {
    public static final int SIZE_MIN = 100;
    public static final int SIZE_MAX = 100_000;

    /** Chunks of up to 1,000 characters, no overlap. */
    public static final ChunkingOptions DEFAULT = new ChunkingOptions(1000, 0);

    public ChunkingOptions {
        if (size < SIZE_MIN || size > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "chunk size is " + size + ", must be " + SIZE_MIN + " to " + SIZE_MAX + " characters");
        }
        if (overlap < 0) {
            throw new IllegalArgumentException("overlap is " + overlap + ", must not be negative");
        }
        if (overlap >= size) {
            throw new IllegalArgumentException(
                    "overlap is " + overlap + ", must be smaller than the chunk size " + size);
        }
        if (overlap > size / 2) {
            throw new IllegalArgumentException(
                    "overlap is " + overlap + ", must be at most half of the chunk size " + size + ": " + size / 2);
        }
    }

    /** What is left of {@link #size} for a chunk's own text. */
    int ownSize() {
        return size - overlap;
    }
}
