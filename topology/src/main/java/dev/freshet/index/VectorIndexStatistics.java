package dev.freshet.index;

/**
 * What an index holds.
 *
 * @param vectors those that searches can find
 * @param removed those that are gone but still take up room and time; only a rebuild frees them
 */
public record VectorIndexStatistics(int vectors, int removed) {
    /** Whether so much of the graph is dead that building a new one pays: more than 1,000 nodes, and more than half as many as are alive. */
    public boolean rebuildPays() {
        return removed > 1_000 && removed > vectors / 2;
    }
}
