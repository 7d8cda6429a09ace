package dev.freshet.index;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * What must be zero in the graph of a {@link CompactIndex}.
 *
 * @param unreachable live nodes that links of the lowest layer do not lead to from the entry
 * @param danglingLinks links to nodes that are out of the graph, or not on the link's layer
 */
record GraphHealth(int unreachable, int danglingLinks) {
    /** Examines an index that nobody writes to. */
    static GraphHealth of(CompactIndex index) {
        CompactGraph graph = index.graph();
        int[] links = new int[graph.width(0)];
        BitSet reached = new BitSet();
        Deque<Integer> next = new ArrayDeque<>();
        int entry = CompactGraph.entryNode(graph.entry());
        if (entry >= 0) {
            reached.set(entry);
            next.add(entry);
        }
        while (!next.isEmpty()) {
            int count = graph.links(next.remove(), 0, links);
            for (int i = 0; i < count; i++) {
                if (!reached.get(links[i])) {
                    reached.set(links[i]);
                    next.add(links[i]);
                }
            }
        }
        int unreachable = 0;
        int dangling = 0;
        for (int node = 0; node < graph.nodes(); node++) {
            if (index.isAlive(node) && !reached.get(node)) {
                unreachable++;
            }
            for (int layer = 0; index.isInGraph(node) && layer <= graph.level(node); layer++) {
                int count = graph.links(node, layer, links);
                for (int i = 0; i < count; i++) {
                    if (!index.isInGraph(links[i]) || graph.level(links[i]) < layer) {
                        dangling++;
                    }
                }
            }
        }
        return new GraphHealth(unreachable, dangling);
    }
}
