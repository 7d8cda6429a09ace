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
    private final NodeHeap farthestSeenFirst = new NodeHeap();
    private final VisitedNodes visited = new VisitedNodes();
    private long compared;
    private boolean exhausted;

    /**
     * A searcher. It must be aimed before it searches.
     *
     * @param throughTies whether a search goes on through nodes that are as far as its farthest result. It then comes through any number of equal vectors, and looks at all of them: see {@link GraphVectors.Probe#distances}
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

    /** As {@link #search(int[], int, int, int, Acceptance, int)}, no broader than what is wanted. */
    void search(int[] from, int ef, int layer, Acceptance acceptance, int visitsMax) {
        search(from, ef, 0, layer, acceptance, visitsMax);
    }

    /**
     * Finds the {@code wanted} nearest accepted nodes on a layer, to be taken with {@link #results}.
     *
     * @param from nodes on the layer to begin at
     * @param breadth the walk goes on until nothing is in sight that is nearer than the so-manieth of all nodes that it met, accepted or not: what a walk for any nodes would take as its {@code ef}. So few
     *     that are wanted need not be looked for as widely as if that many had to be accepted, and are found as surely. 0: no broader than what is wanted
     * @param visitsMax when so many nodes were compared and still fewer than {@code wanted} are found, the walk ends: see {@link #exhausted}
     */
    void search(int[] from, int wanted, int breadth, int layer, Acceptance acceptance, int visitsMax) {
        candidates.clear();
        farthestFirst.clear();
        farthestSeenFirst.clear();
        visited.clear();
        exhausted = false;
        for (int node : from) {
            if (!visited.add(node)) {
                // It stands in for a dead one before it.
                continue;
            }
            float distance = probe.distance(node);
            candidates.push(NodeHeap.key(distance, node));
            offer(node, distance, wanted, breadth, acceptance);
        }
        while (!candidates.isEmpty()) {
            long nearest = candidates.pop();
            // INVARIANT: what was seen and is not a candidate is farther than the reach, or was estimated to be. As
            // near is
            // not enough: a crowd of equal vectors may stand around what is nearer.
            if (NodeHeap.distance(nearest) > reach(wanted, breadth)) {
                break;
            }
            if (farthestFirst.size() < wanted && visited.count() >= visitsMax) {
                exhausted = true;
                break;
            }
            expand(nearest, wanted, breadth, layer, acceptance);
        }
        compared += visited.count();
    }

    /** How far the walk still looks: to the farthest result, and as far as its breadth wants; everywhere while it has too few. */
    private float reach(int wanted, int breadth) {
        if (farthestFirst.size() < wanted || farthestSeenFirst.size() < breadth) {
            return Float.POSITIVE_INFINITY;
        }
        float farthest = NodeHeap.distance(~farthestFirst.first());
        return breadth == 0 ? farthest : Math.max(farthest, NodeHeap.distance(~farthestSeenFirst.first()));
    }

    private void expand(long candidate, int wanted, int breadth, int layer, Acceptance acceptance) {
        int count = graph.links(NodeHeap.node(candidate), layer, links);
        int fresh = 0;
        for (int i = 0; i < count; i++) {
            if (visited.add(links[i])) {
                unseen[fresh++] = links[i];
            }
        }
        float asked = reach(wanted, breadth);
        // In a crowd, an estimate that is wrong is wrong for all.
        boolean amongTies = throughTies && NodeHeap.distance(candidate) == asked;
        probe.distances(unseen, fresh, amongTies ? Float.POSITIVE_INFINITY : asked, distances);
        for (int i = 0; i < fresh; i++) {
            float distance = distances[i];
            float reach = reach(wanted, breadth);
            if (distance < reach || (distance == reach && throughTies)) {
                candidates.push(NodeHeap.key(distance, unseen[i]));
                offer(unseen[i], distance, wanted, breadth, acceptance);
            }
        }
    }

    private void offer(int node, float distance, int wanted, int breadth, Acceptance acceptance) {
        if (breadth > 0) {
            keep(farthestSeenFirst, NodeHeap.key(distance, node), breadth);
        }
        int accepted = acceptance.accept(node);
        if (accepted == node) {
            keep(farthestFirst, NodeHeap.key(distance, node), wanted);
        } else if (accepted != CompactGraph.NONE && visited.add(accepted)) {
            float itsDistance = probe.distance(accepted);
            candidates.push(NodeHeap.key(itsDistance, accepted));
            keep(farthestFirst, NodeHeap.key(itsDistance, accepted), wanted);
        }
    }

    private static void keep(NodeHeap farthestFirst, long key, int count) {
        if (farthestFirst.size() < count) {
            farthestFirst.push(~key);
        } else if (~key > farthestFirst.first()) {
            farthestFirst.replaceFirst(~key);
        }
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

    /** Nodes that walks came by since the last call. */
    long takeCompared() {
        long taken = compared;
        compared = 0;
        return taken;
    }
}
