package dev.freshet.catalog;

/** What the numbers of an index may be. */
public enum IndexRange {
    /** Components of vectors that callers bring. */
    DIMENSION("dimension", 1, 4_096),
    /** Links per node on the upper layers of the graph. */
    M("m", 2, 128),
    /** Candidates looked at while inserting. */
    EF_CONSTRUCTION("ef_construction", 8, 4_096),
    /** Candidates looked at while searching. */
    EF_SEARCH("ef_search", 1, 10_000),
    /** Longest chunk in characters. */
    CHUNK_SIZE("chunk_size", 100, 100_000),
    /** Characters that a chunk repeats of the one before; at most half a chunk, too. */
    OVERLAP("overlap", 0, 50_000);

    private final String field;
    private final int min;
    private final int max;

    IndexRange(String field, int min, int max) {
        this.field = field;
        this.min = min;
        this.max = max;
    }

    /** Its name in requests. */
    public String field() {
        return field;
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }
}
