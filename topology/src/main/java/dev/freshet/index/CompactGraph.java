package dev.freshet.index;

import java.util.ArrayList;
import java.util.List;

/**
 * The graph of {@link CompactIndex} in arrays: each node's vector, its links on every layer it is on, and what is needed to change them. It knows nothing of slots, readers or
 * versions. The lowest layer has room for 2 m links per node, the upper ones for m (Malkov and Yashunin, <i>Efficient and robust approximate nearest neighbor search using
 * Hierarchical Navigable Small World graphs</i>, 2018, arXiv:1603.09320, section 4.1).
 *
 * <p>Nodes are made and freed by one thread at a time. Any thread may read links, without a lock. Links are changed under the {@linkplain #lock lock} of the node whose links they are, because
 * several threads build together.
 */
final class CompactGraph {
    static final int NONE = -1;
    private static final int LOCKS = 256;
    private static final int LEVEL_BITS = 5;
    static final int LEVEL_MAX = (1 << LEVEL_BITS) - 1;
    private static final long EMPTY = -1;
    private static final int[] NO_LINKS = {};

    private final VectorIndexParameters parameters;
    private final DistanceFunction distance;
    private final int dimensions;
    private final GraphVectors vectors;
    private final NeighborLists lowest;
    private final NeighborLists upper;
    /** Where a node's upper lists begin, and its level; {@link #NONE} for the many that have none. */
    private final IntPages towers = new IntPages(NONE);
    /** How many links of the lowest layer lead to each node. */
    private final IntPages incoming = new IntPages(0);

    /** How many links of an upper layer lead to the node that each upper list is of. */
    private final IntPages upperIncoming = new IntPages(0);

    private final Object[] locks = new Object[LOCKS];
    private final List<IntStack> freeTowers = new ArrayList<>();
    private int upperLists;
    private volatile int nodes;
    private volatile long entry = EMPTY;

    CompactGraph(VectorIndexParameters parameters, GraphVectors vectors) {
        this.parameters = parameters;
        this.distance = parameters.distance();
        this.dimensions = parameters.dimensions();
        this.vectors = vectors;
        this.lowest = new NeighborLists(2 * parameters.m());
        this.upper = new NeighborLists(parameters.m());
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
        for (int level = 0; level <= LEVEL_MAX; level++) {
            freeTowers.add(new IntStack());
        }
    }

    VectorIndexParameters parameters() {
        return parameters;
    }

    /** One more than the highest node ever made. */
    int nodes() {
        return nodes;
    }

    /** Makes the next node, without links. */
    int create(int level, float[] vector) {
        int node = nodes;
        vectors.ensure(node + 1);
        lowest.ensure(node + 1);
        towers.ensure(node + 1);
        incoming.ensure(node + 1);
        recreate(node, level, vector);
        nodes = node + 1;
        return node;
    }

    /** Makes a freed node anew, without links. */
    void recreate(int node, int level, float[] vector) {
        vectors.set(node, vector);
        lowest.write(node, NO_LINKS, 0);
        incoming.set(node, 0);
        towers.set(node, tower(Math.min(level, LEVEL_MAX)));
    }

    private int tower(int level) {
        if (level == 0) {
            return NONE;
        }
        IntStack free = freeTowers.get(level);
        int first;
        if (free.isEmpty()) {
            first = upperLists;
            upperLists += level;
            upper.ensure(upperLists);
            upperIncoming.ensure(upperLists);
        } else {
            first = free.pop();
        }
        for (int list = first; list < first + level; list++) {
            upper.write(list, NO_LINKS, 0);
            upperIncoming.set(list, 0);
        }
        return first << LEVEL_BITS | level;
    }

    /** Gives a node's room back. No reader may see it any more. */
    void free(int node) {
        int tower = towers.get(node);
        if (tower != NONE) {
            freeTowers.get(tower & LEVEL_MAX).push(tower >>> LEVEL_BITS);
            towers.set(node, NONE);
        }
    }

    /** Forgets nodes from {@code size} on, which must all be free, and gives their room back. */
    void truncate(int size) {
        nodes = size;
        vectors.trim(size);
        lowest.trim(size);
        towers.trim(size);
        incoming.trim(size);
    }

    /** The highest layer that a node is on. */
    int level(int node) {
        int tower = towers.get(node);
        return tower == NONE ? 0 : tower & LEVEL_MAX;
    }

    /** Where searches begin: a node on the highest layer; {@link #NONE} if the graph is empty. */
    static int entryNode(long entry) {
        return (int) entry;
    }

    static int entryLevel(long entry) {
        return (int) (entry >> 32);
    }

    /** Node and level in one, so that they are read together. */
    long entry() {
        return entry;
    }

    void setEntry(int node) {
        entry = node == NONE ? EMPTY : (long) level(node) << 32 | node;
    }

    Object lock(int node) {
        return locks[node & (LOCKS - 1)];
    }

    /** The most links that a node may have on a layer. */
    int width(int layer) {
        return layer == 0 ? lowest.width() : upper.width();
    }

    /** Copies a node's links on a layer that it is on and returns their number. */
    int links(int node, int layer, int[] into) {
        return layer == 0 ? lowest.read(node, into) : upper.read(list(node, layer), into);
    }

    private int list(int node, int layer) {
        return (towers.get(node) >>> LEVEL_BITS) + layer - 1;
    }

    /** Replaces a node's links, and counts for the nodes that they led and now lead to. Under the node's lock. */
    void setLinks(int node, int layer, int[] old, int oldCount, int[] links, int count) {
        for (int i = 0; i < count; i++) {
            count(links[i], layer, 1);
        }
        if (layer == 0) {
            lowest.write(node, links, count);
        } else {
            upper.write(list(node, layer), links, count);
        }
        for (int i = 0; i < oldCount; i++) {
            count(old[i], layer, -1);
        }
    }

    /** Adds a link to a node that has room for it. Under the node's lock. */
    void addLink(int node, int layer, int to) {
        count(to, layer, 1);
        if (layer == 0) {
            lowest.append(node, to);
        } else {
            upper.append(list(node, layer), to);
        }
    }

    /** Puts a link in place of another. Under the node's lock. */
    void replaceLink(int node, int layer, int position, int from, int to) {
        count(to, layer, 1);
        if (layer == 0) {
            lowest.replace(node, position, to);
        } else {
            upper.replace(list(node, layer), position, to);
        }
        count(from, layer, -1);
    }

    private int count(int node, int layer, int delta) {
        return layer == 0 ? incoming.add(node, delta) : upperIncoming.add(list(node, layer), delta);
    }

    /** How many links of a layer lead to a node. */
    int incoming(int node, int layer) {
        return layer == 0 ? incoming.get(node) : upperIncoming.get(list(node, layer));
    }

    /** A link to the node is gone because the node that it began at leaves the graph. Returns how many are left. */
    int loseIncoming(int node, int layer) {
        return count(node, layer, -1);
    }

    /** The distance of a prepared vector to the node's as it came, which the view then shows. */
    float exactDistance(float[] query, OriginalVectors.View originals, int node) {
        originals.show(node);
        return distance.between(query, 0, originals.components(), originals.start(), dimensions);
    }

    /** The distance of two nodes as walks see it. */
    float distance(int a, int b) {
        return vectors.distance(a, b);
    }

    /** A node by its distance to another, as {@link NodeHeap} orders them. */
    long key(int base, int node) {
        return NodeHeap.key(distance(base, node), node);
    }

    /** Whether walks cannot tell two nodes' vectors apart. */
    boolean sameVector(int a, int b) {
        return vectors.same(a, b);
    }

    GraphVectors vectors() {
        return vectors;
    }

    long bytes() {
        return vectors.bytes()
                + lowest.bytes()
                + upper.bytes()
                + towers.bytes()
                + incoming.bytes()
                + upperIncoming.bytes();
    }
}
