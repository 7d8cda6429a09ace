package dev.freshet.index;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Links nodes into a {@link CompactGraph} (algorithm 1 of Malkov and Yashunin, arXiv:1603.09320), and keeps every one of them reachable: a node whose last incoming link on a layer would be pruned
 * keeps that link, and another goes in its place. Without that rule some nodes of any HNSW graph cannot be found, more after each update.
 *
 * <p>Each thread that links has a linker of its own; several may work on one graph, as links change under their node's lock. They do not see each other's nodes until those are linked.
 */
final class GraphLinker {
    private static final int FEW_LINKS = 2;
    /** Of the room that a node has for links, in quarters, up to where links to the dead are replaced. */
    private static final int REPLACED_QUARTERS = 3;

    private final CompactGraph graph;
    private final IntPredicate alive;
    private final GraphSearcher searcher;
    private final NeighborSelector selector;
    private final int efConstruction;
    private final int[] links;
    private final int[] chosenLinks;
    private final NodeHeap repairs = new NodeHeap();
    private final VisitedNodes seen = new VisitedNodes();
    private final int[] furtherLinks;
    private final long[] keys;
    private long[] substitutes = new long[64];

    /** A linker that links to nodes that are {@code alive} only. */
    GraphLinker(CompactGraph graph, IntPredicate alive) {
        this.graph = graph;
        this.alive = alive;
        this.searcher = new GraphSearcher(graph, false);
        this.selector = new NeighborSelector(graph);
        this.efConstruction = graph.parameters().efConstruction();
        this.links = new int[graph.width(0)];
        this.chosenLinks = new int[graph.width(0)];
        this.furtherLinks = new int[graph.width(0)];
        this.keys = new long[graph.width(0) + 1];
    }

    /** Links a node that no link leads to yet, on all of its layers. The first node of a graph must be linked before others are linked at the same time. */
    void link(int node) {
        long entry = graph.entry();
        if (entry < 0) {
            graph.setEntry(node);
            return;
        }
        if (graph.level(node) <= CompactGraph.entryLevel(entry)) {
            link(node, entry);
            return;
        }
        synchronized (graph) {
            link(node, graph.entry());
            if (graph.level(node) > CompactGraph.entryLevel(graph.entry())) {
                graph.setEntry(node);
            }
        }
    }

    private void link(int node, long entry) {
        searcher.aim(node);
        int top = Math.min(graph.level(node), CompactGraph.entryLevel(entry));
        int[] from = searcher.descend(entry, top);
        long[][] chosen = new long[top + 1][];
        boolean nobody = true;
        for (int layer = top; layer >= 0; layer--) {
            chosen[layer] = neighbors(node, from, layer);
            if (chosen[layer].length > 0) {
                from = NodeHeap.nodes(chosen[layer]);
                nobody = false;
            }
        }
        if (nobody) {
            // Only dead nodes can be reached: whoever is alive begins here.
            graph.setEntry(node);
            return;
        }
        // All of the node's own links before any link to it: a search that finds it on one layer goes on below.
        for (int layer = top; layer >= 0; layer--) {
            setOwn(node, layer, chosen[layer]);
        }
        for (int layer = 0; layer <= top; layer++) {
            linkBack(node, layer, chosen[layer]);
        }
        for (int layer = 0; layer <= top; layer++) {
            insist(node, layer, chosen[layer]);
        }
    }

    /** Whom to link a node to that the searcher is aimed at. */
    private long[] neighbors(int node, int[] from, int layer) {
        searcher.search(
                from,
                efConstruction,
                layer,
                found -> found != node && alive.test(found) ? found : CompactGraph.NONE,
                Integer.MAX_VALUE);
        long[] found = searcher.results();
        int count = selector.select(found, found.length, graph.width(layer));
        // Among near duplicates few are diverse. A node with a single link would be a dead end.
        return Arrays.copyOf(found, Math.max(count, Math.min(found.length, graph.width(layer) / 4)));
    }

    private void setOwn(int node, int layer, long[] chosen) {
        synchronized (graph.lock(node)) {
            int old = graph.links(node, layer, links);
            graph.setLinks(node, layer, links, old, NodeHeap.nodes(chosen), chosen.length);
        }
    }

    private void linkBack(int node, int layer, long[] neighbors) {
        for (long neighbor : neighbors) {
            linkBack(NodeHeap.node(neighbor), node, layer, NodeHeap.distance(neighbor));
        }
    }

    private void linkBack(int neighbor, int node, int layer, float distance) {
        synchronized (graph.lock(neighbor)) {
            int count = graph.links(neighbor, layer, links);
            if (contains(links, count, node)) {
                return;
            }
            if (count < graph.width(layer)) {
                graph.addLink(neighbor, layer, node);
                return;
            }
            for (int i = 0; i < count; i++) {
                keys[i] = graph.key(neighbor, links[i]);
            }
            keys[count] = NodeHeap.key(distance, node);
            prune(neighbor, layer, count, count + 1);
        }
    }

    /** Chooses among the candidates in {@link #keys}, where {@link #links} are the links that the node has. Under the node's lock. */
    private void prune(int node, int layer, int linkCount, int candidateCount) {
        Arrays.sort(keys, 0, candidateCount);
        int width = graph.width(layer);
        int chosen = selector.select(keys, candidateCount, width);
        for (int i = chosen; i < candidateCount && chosen < width; i++) {
            if (graph.incoming(NodeHeap.node(keys[i]), layer) <= 1) {
                long last = keys[i];
                keys[i] = keys[chosen];
                keys[chosen++] = last;
            }
        }
        setChosen(node, layer, linkCount, chosen);
    }

    /** Puts the first of {@link #keys} in place of {@link #links}. Under the node's lock. */
    private void setChosen(int node, int layer, int linkCount, int chosen) {
        for (int i = 0; i < chosen; i++) {
            chosenLinks[i] = NodeHeap.node(keys[i]);
        }
        graph.setLinks(node, layer, links, linkCount, chosenLinks, chosen);
    }

    /** Makes sure that some link leads to a node. */
    private void insist(int node, int layer, long[] neighbors) {
        for (int i = 0; i < neighbors.length && graph.incoming(node, layer) == 0; i++) {
            lead(NodeHeap.node(neighbors[i]), node, layer);
        }
    }

    /** Makes one node link to another. If it has no room its farthest link gives way, and the other node takes that one over: who was reached through it still is. */
    private void lead(int from, int to, int layer) {
        int displaced = CompactGraph.NONE;
        synchronized (graph.lock(from)) {
            int count = graph.links(from, layer, links);
            if (contains(links, count, to)) {
                return;
            }
            if (count < graph.width(layer)) {
                graph.addLink(from, layer, to);
            } else {
                int position = farthest(from, count);
                displaced = links[position];
                graph.replaceLink(from, layer, position, displaced, to);
            }
        }
        if (displaced != CompactGraph.NONE && alive.test(displaced)) {
            takeOver(to, displaced, layer);
        }
    }

    private int farthest(int node, int count) {
        int farthest = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float distance = graph.distance(node, links[i]);
            if (distance > most) {
                most = distance;
                farthest = i;
            }
        }
        return farthest;
    }

    private void takeOver(int node, int displaced, int layer) {
        synchronized (graph.lock(node)) {
            int count = graph.links(node, layer, links);
            if (contains(links, count, displaced)) {
                return;
            }
            if (count < graph.width(layer)) {
                graph.addLink(node, layer, displaced);
                return;
            }
            for (int i = count - 1; i >= 0; i--) {
                if (graph.incoming(links[i], layer) > 1) {
                    graph.replaceLink(node, layer, i, links[i], displaced);
                    return;
                }
            }
        }
    }

    private static boolean contains(int[] nodes, int count, int node) {
        for (int i = 0; i < count; i++) {
            if (nodes[i] == node) {
                return true;
            }
        }
        return false;
    }

    /** Links a node anew, on one layer, that lost the links that led to it or from it. */
    void relink(int node, int layer) {
        long entry = graph.entry();
        if (entry < 0 || CompactGraph.entryLevel(entry) < layer || CompactGraph.entryNode(entry) == node) {
            return;
        }
        searcher.aim(node);
        int[] from = searcher.descend(entry, layer);
        long[] chosen = neighbors(node, from, layer);
        if (chosen.length == 0) {
            return;
        }
        setOwn(node, layer, chosen);
        linkBack(node, layer, chosen);
        insist(node, layer, chosen);
    }

    /**
     * Makes the nearest of those that a node links to link back to it, if few links lead to it: the last ones left are often those of nodes far away, which a search for the node never comes by.
     */
    void strengthen(int node) {
        if (graph.incoming(node, 0) > FEW_LINKS) {
            return;
        }
        int count = graph.links(node, 0, links);
        long[] nearestFirst = new long[count];
        for (int i = 0; i < count; i++) {
            nearestFirst[i] = graph.key(node, links[i]);
        }
        Arrays.sort(nearestFirst);
        for (int i = 0; i < Math.min(FEW_LINKS, count); i++) {
            int neighbor = NodeHeap.node(nearestFirst[i]);
            if (alive.test(neighbor)) {
                lead(neighbor, node, 0);
            }
        }
    }

    /** Links a node both ways with the nearest of those that are {@code reached} from the entry, of which it is not one. */
    void join(int node, int layer, VisitedNodes reached) {
        searcher.aim(node);
        searcher.search(
                new int[] {CompactGraph.entryNode(graph.entry())},
                efConstruction,
                layer,
                found -> reached.contains(found) ? found : CompactGraph.NONE,
                Integer.MAX_VALUE);
        long[] found = searcher.results();
        if (found.length > 0) {
            int nearest = NodeHeap.node(found[0]);
            lead(nearest, node, layer);
            lead(node, nearest, layer);
        }
    }

    /**
     * Takes the dead out of a node's links and puts others in their place, from among the links of those dead (after algorithm 4 of Singh and others, <i>FreshDiskANN</i>, 2021,
     * arXiv:2105.09613): as many, unless enough are left. The links to the living stay: choosing among all anew would leave fewer every time, until the graph falls apart. False if it has no links
     * left, so that it must be linked anew.
     */
    boolean repair(int node, int layer) {
        synchronized (graph.lock(node)) {
            int count = graph.links(node, layer, links);
            if (allAlive(count)) {
                return true;
            }
            int living = 0;
            seen.clear();
            seen.add(node);
            for (int i = 0; i < count; i++) {
                if (alive.test(links[i])) {
                    seen.add(links[i]);
                    // They stay whatever their distance is, and nobody asks for it.
                    keys[living++] = NodeHeap.key(0, links[i]);
                }
            }
            int wanted = Math.min(count, graph.width(layer) * REPLACED_QUARTERS / 4);
            int chosen = living;
            if (living < wanted) {
                int candidates = substitutes(node, layer, count);
                chosen = selector.extend(keys, living, substitutes, candidates, wanted);
            }
            setChosen(node, layer, count, chosen);
            return chosen > 0;
        }
    }

    private boolean allAlive(int count) {
        for (int i = 0; i < count; i++) {
            if (!alive.test(links[i])) {
                return false;
            }
        }
        return true;
    }

    /** Gathers what the dead among {@link #links} lead to, nearest first, in {@link #substitutes}. */
    private int substitutes(int node, int layer, int count) {
        repairs.clear();
        for (int i = 0; i < count; i++) {
            if (!alive.test(links[i])) {
                int further = graph.links(links[i], layer, furtherLinks);
                for (int j = 0; j < further; j++) {
                    int candidate = furtherLinks[j];
                    if (alive.test(candidate) && seen.add(candidate)) {
                        repairs.push(graph.key(node, candidate));
                    }
                }
            }
        }
        int candidates = repairs.size();
        if (substitutes.length < candidates) {
            substitutes = new long[candidates * 2];
        }
        for (int i = 0; i < candidates; i++) {
            substitutes[i] = repairs.pop();
        }
        return candidates;
    }
}
