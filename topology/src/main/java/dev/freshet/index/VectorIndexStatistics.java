package dev.freshet.index;

import java.util.List;

/**
 * What an index holds, and how hard searches work.
 *
 * @param vectors those that searches can find
 * @param removed those that are gone but still take up room and time
 * @param removedStay whether only a rebuild frees what was removed; if not, the index does it by itself
 * @param levels how many nodes have each layer as their highest, the lowest first; empty if the engine does not tell
 * @param bytes of memory taken by vectors, links and tables; 0 if the engine does not tell
 * @param visitedPerSearch vectors that a search compared with its query, on average since the index was made; 0 if the engine does not tell
 */
public record VectorIndexStatistics(
        int vectors, int removed, boolean removedStay, List<Integer> levels, long bytes, double visitedPerSearch) {
    public VectorIndexStatistics {
        levels = List.copyOf(levels);
    }

    /** Whether so much of the graph is dead that building a new one pays: more than 1,000 nodes, and more than half as many as are alive. */
    public boolean rebuildPays() {
        return removedStay && removed > 1_000 && removed > vectors / 2;
    }
}
