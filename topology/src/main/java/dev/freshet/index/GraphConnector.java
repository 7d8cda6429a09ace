package dev.freshet.index;

import java.util.function.IntPredicate;

/**
 * Finds what cannot be reached from the entry point, on each layer, and links it in. Choosing diverse links does not keep a graph connected: groups of near vectors drift apart as those between
 * them are removed, and then a search that came down in one of them never sees the other. For the writer's thread; looks at every link once.
 */
final class GraphConnector {
    private final CompactGraph graph;
    private final GraphLinker linker;
    private final IntPredicate alive;
    private final VisitedNodes reached = new VisitedNodes();
    private final IntStack unexplored = new IntStack();
    private final int[] links;

    GraphConnector(CompactGraph graph, GraphLinker linker, IntPredicate alive) {
        this.graph = graph;
        this.linker = linker;
        this.alive = alive;
        this.links = new int[graph.width(0)];
    }

    /** Makes every live node reachable from the entry through live nodes, on every layer that it is on. Returns how many had to be linked in. */
    int connect() {
        long entry = graph.entry();
        int joined = 0;
        if (entry >= 0 && alive.test(CompactGraph.entryNode(entry))) {
            for (int layer = CompactGraph.entryLevel(entry); layer >= 0; layer--) {
                joined += connect(CompactGraph.entryNode(entry), layer);
            }
        }
        return joined;
    }

    private int connect(int entry, int layer) {
        reached.clear();
        reached.add(entry);
        explore(entry, layer);
        int joined = 0;
        for (int node = 0; node < graph.nodes(); node++) {
            if (graph.level(node) >= layer && alive.test(node) && !reached.contains(node)) {
                linker.join(node, layer, reached);
                reached.add(node);
                explore(node, layer);
                joined++;
            }
        }
        return joined;
    }

    private void explore(int from, int layer) {
        unexplored.push(from);
        while (!unexplored.isEmpty()) {
            int count = graph.links(unexplored.pop(), layer, links);
            for (int i = 0; i < count; i++) {
                if (alive.test(links[i]) && reached.add(links[i])) {
                    unexplored.push(links[i]);
                }
            }
        }
    }
}
