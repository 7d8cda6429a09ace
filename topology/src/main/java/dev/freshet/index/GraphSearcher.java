package dev.freshet.index;

/**
 * Walks a {@link CompactGraph}: down the upper layers, and with a list of candidates on one (algorithms 2 and 5 of Malkov and Yashunin, arXiv:1603.09320). Unlike there, the walk down keeps the {@value #BEAM}
 * nearest of each layer rather than one: among groups of near vectors that are far from each other a greedy walk often ends in the wrong group, and a node that is inserted there is not found any more. Holds the scratch space of one walk at a
 * time, which is kept between walks so that none allocates. For one thread.
 */
final class GraphSearcher {
    private static final int BEAM = 8;

    private final CompactGraph graph;
    private final boolean throughTies;
    private final GraphVectors.Probe probe;
    private final int[] links;
    private final int[] unseen;
    private final float[] distances;
    private final NodeHeap candidates = new NodeHeap();
    private final NodeHeap farthestFirst = new NodeHeap();
    private final VisitedNodes visited = new VisitedNodes();
    private long compared;
    private boolean exhausted;

    /**
     * A searcher. It must be aimed before it searches.
     *
     * @param throughTies whether a search goes on through nodes that are as far as its farthest result. It then comes through any number of equal vectors, and looks at all of them
     */
    GraphSearcher(CompactGraph graph, boolean throughTies) {
        this.graph = graph;
        this.throughTies = throughTies;
        this.probe = graph.vectors().probe();
        this.links = new int[graph.width(0)];
        this.unseen = new int[graph.width(0)];
        this.distances = new float[graph.width(0)];
    }

    /** What to look for from now on: a prepared vector, which must not be changed meanwhile. */
    void aim(float[] query) {
        probe.aim(query, 0);
    }

    /** What to look for from now on: the vector of a node. */
    void aim(int node) {
        probe.aim(node);
    }

    /** Which nodes a search may return. All are walked through. */
    @FunctionalInterface
    interface Acceptance {
        /** The node itself if it may be returned, another node that is to be looked at in its stead, or {@link CompactGraph#NONE}. */
        int accept(int node);
    }

    /** Some nodes near the query to begin at on {@code layer}, found on the layers above it. */
    int[] descend(long entry, int layer) {
        int[] from = {CompactGraph.entryNode(entry)};
        for (int on = CompactGraph.entryLevel(entry); on > layer; on--) {
            search(from, BEAM, on, node -> node, Integer.MAX_VALUE);
            from = NodeHeap.nodes(results());
        }
        return from;
    }

    /**
     * Finds the {@code ef} nearest accepted nodes on a layer, to be taken with {@link #results}.
     *
     * @param from nodes on the layer to begin at
     * @param visitsMax when so many nodes were compared and still fewer than {@code ef} are found, the walk ends: see {@link #exhausted}
     */
    void search(int[] from, int ef, int layer, Acceptance acceptance, int visitsMax) {
        candidates.clear();
        farthestFirst.clear();
        visited.clear();
        exhausted = false;
        for (int node : from) {
            if (!visited.add(node)) {
                // It stands in for a dead one before it.
                continue;
            }
            float distance = probe.distance(node);
            candidates.push(NodeHeap.key(distance, node));
            offer(node, distance, ef, acceptance);
        }
        while (!candidates.isEmpty()) {
            long nearest = candidates.pop();
            boolean full = farthestFirst.size() >= ef;
            // INVARIANT: what was seen and is not a candidate is farther than the farthest result. As near is not
            // enough: a crowd of equal vectors may stand around what is nearer.
            if (full && NodeHeap.distance(nearest) > worst()) {
                break;
            }
            if (!full && visited.count() >= visitsMax) {
                exhausted = true;
                break;
            }
            expand(NodeHeap.node(nearest), ef, layer, acceptance);
        }
        compared += visited.count();
    }

    private void expand(int node, int ef, int layer, Acceptance acceptance) {
        int count = graph.links(node, layer, links);
        int fresh = 0;
        for (int i = 0; i < count; i++) {
            if (visited.add(links[i])) {
                unseen[fresh++] = links[i];
            }
        }
        probe.distances(unseen, fresh, distances);
        for (int i = 0; i < fresh; i++) {
            float distance = distances[i];
            if (farthestFirst.size() < ef || distance < worst() || (distance == worst() && throughTies)) {
                candidates.push(NodeHeap.key(distance, unseen[i]));
                offer(unseen[i], distance, ef, acceptance);
            }
        }
    }

    private void offer(int node, float distance, int ef, Acceptance acceptance) {
        int accepted = acceptance.accept(node);
        if (accepted == node) {
            keep(NodeHeap.key(distance, node), ef);
        } else if (accepted != CompactGraph.NONE && visited.add(accepted)) {
            float itsDistance = probe.distance(accepted);
            candidates.push(NodeHeap.key(itsDistance, accepted));
            keep(NodeHeap.key(itsDistance, accepted), ef);
        }
    }

    private void keep(long key, int ef) {
        if (farthestFirst.size() < ef) {
            farthestFirst.push(~key);
        } else if (~key > farthestFirst.first()) {
            farthestFirst.replaceFirst(~key);
        }
    }

    private float worst() {
        return NodeHeap.distance(~farthestFirst.first());
    }

    /** Whether the last search gave up because it compared too many nodes. */
    boolean exhausted() {
        return exhausted;
    }

    /** The last search's results, nearest first, as keys of {@link NodeHeap}. They can be taken once. */
    long[] results() {
        long[] nearestFirst = new long[farthestFirst.size()];
        for (int i = nearestFirst.length - 1; i >= 0; i--) {
            nearestFirst[i] = ~farthestFirst.pop();
        }
        return nearestFirst;
    }

    /** Nodes compared with queries since the last call. */
    long takeCompared() {
        long taken = compared;
        compared = 0;
        return taken;
    }
}
