package dev.freshet.index;

import java.util.List;

/**
 * What an index holds, and how hard searches work.
 *
 * @param vectors those that searches can find
 * @param removed those that are gone but whose room is not used again yet
 * @param levels how many nodes have each layer as their highest, the lowest first; empty if the engine does not tell
 * @param bytes of memory taken by vectors, links and tables; 0 if the engine does not tell
 * @param originalBytes of these, what the vectors as they came take where walks look at another form of them (see {@link Quantization}); else 0
 * @param fileBytes on disk, taken by vectors as they came that are kept there and not in memory
 * @param visitedPerSearch vectors that a search came by, on average since the index was made; 0 if the engine does not tell
 */
public record VectorIndexStatistics(
        int vectors,
        int removed,
        List<Integer> levels,
        long bytes,
        long originalBytes,
        long fileBytes,
        double visitedPerSearch) {
    public VectorIndexStatistics {
        levels = List.copyOf(levels);
    }

    /** Whether so much room is taken by what is gone that building a new index pays: by more than 1,000 vectors, and more than half as many as are alive. */
    public boolean rebuildPays() {
        return removed > 1_000 && removed > vectors / 2;
    }
}
