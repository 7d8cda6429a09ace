package dev.freshet.index;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Takes dead nodes out of a {@link CompactGraph}: in rounds, a little with every write. Links lead one way, so nobody knows who links to a dead node; a round therefore looks at all nodes' links and
 * repairs those that lead to the dead (batched as in Singh and others, <i>FreshDiskANN</i>, 2021, arXiv:2105.09613, section 5).
 *
 * <ol>
 *   <li><b>Dead.</b> A node that died is still walked through, but never linked to any more.
 *   <li><b>Swept.</b> When one in {@value #DEAD_SHARE} is dead a round begins for those. When it has passed over all nodes, no link leads to them, and none will: they are out of the graph.
 *   <li><b>Freed</b>, once no reader is left that began before the round ended and could still stand on one of them ({@link ReaderEpochs}). Then the node may be made anew.
 * </ol>
 *
 * <p>Where more has been removed than added for long, free nodes remain. The last live nodes then move to the first free ones, as updates of themselves, and the end is cut off.
 *
 * <p>What would be lost in between is caught at the end of a round: an entry point that is dead moves to a live node of the highest level, and a live node that only dead ones linked to is linked
 * anew. For the writer's thread.
 */
final class GraphSweeper {
    /** At most one node in so many is dead and not yet being swept. */
    static final int DEAD_SHARE = 64;

    private static final int DEAD_MIN = 16;
    private static final int GROWN_MIN = 128;
    private static final int GROWN_SHARE = 8;
    private static final int FREE_MIN = 32;
    private static final int FREE_SHARE = 32;
    /** Nodes to look at per write: twice as fast as the dead of the next round can gather. */
    private static final int STEP = 2 * DEAD_SHARE;

    private final CompactGraph graph;
    private final GraphLinker linker;
    private final IntPredicate inGraph;
    private final IntPredicate alive;
    private final GraphConnector connector;
    private final ReaderEpochs readers;
    private final IntConsumer unlinked;
    private final Deque<Freed> waiting = new ArrayDeque<>();
    private final BitSet free = new BitSet();
    private int freeCount;
    private final int[] links;
    private IntStack dead = new IntStack();
    private IntStack sweeping = new IntStack();
    private int next;
    private int moving;
    private int connectedAt;

    /**
     * A sweeper.
     *
     * @param inGraph dead nodes too, until they are unlinked
     * @param unlinked told of a node that is out of the graph, before it can be made anew
     */
    GraphSweeper(
            CompactGraph graph,
            GraphLinker linker,
            IntPredicate inGraph,
            IntPredicate alive,
            ReaderEpochs readers,
            IntConsumer unlinked) {
        this.graph = graph;
        this.linker = linker;
        this.inGraph = inGraph;
        this.alive = alive;
        this.connector = new GraphConnector(graph, linker, alive);
        this.readers = readers;
        this.unlinked = unlinked;
        this.links = new int[graph.width(0)];
    }

    private record Freed(int node, long epoch) {}

    /** A node has died. */
    void died(int node) {
        dead.push(node);
    }

    /** A node to be made anew, the lowest there is, so that the end of the arrays gets empty; {@link CompactGraph#NONE} if there is none. */
    int takeFree() {
        gather();
        int node = free.nextSetBit(0);
        if (node >= 0) {
            free.clear(node);
            freeCount--;
        }
        return node;
    }

    private void gather() {
        long oldest = waiting.isEmpty() ? 0 : readers.oldest();
        while (!waiting.isEmpty() && waiting.element().epoch() < oldest) {
            int node = waiting.remove().node();
            graph.free(node);
            free.set(node);
            freeCount++;
        }
    }

    /** Cuts free nodes off at the end. Returns a live node near the end that should move, if there are so many free ones before it; else {@link CompactGraph#NONE}. */
    int shrink() {
        gather();
        int end = graph.nodes();
        while (end > 0 && free.get(end - 1)) {
            free.clear(--end);
            freeCount--;
        }
        if (end < graph.nodes()) {
            graph.truncate(end);
        }
        if (freeCount <= Math.max(FREE_MIN, end / FREE_SHARE)) {
            return CompactGraph.NONE;
        }
        int lowest = end - freeCount;
        if (moving < lowest || moving >= end) {
            moving = end - 1;
        }
        for (int step = 0; step < STEP && moving >= lowest; step++) {
            int node = moving--;
            if (alive.test(node)) {
                return node;
            }
        }
        return CompactGraph.NONE;
    }

    /** Does its share of the work. To be called with every write. */
    void step() {
        if (sweeping.isEmpty()) {
            if (dead.size() < Math.max(DEAD_MIN, graph.nodes() / DEAD_SHARE)) {
                connectIfGrown();
                return;
            }
            begin();
        }
        sweep();
    }

    /** For a graph that was read from a snapshot, which may have been written while it changed: gives it an entry, and links in what no link leads to. */
    void mend() {
        moveEntry();
        connect();
    }

    // Without deaths there are no rounds, but crowds of equal vectors drift apart while they grow, too.
    private void connectIfGrown() {
        if (graph.nodes() >= connectedAt + Math.max(GROWN_MIN, connectedAt / GROWN_SHARE)) {
            connect();
        }
    }

    private void connect() {
        moveDeadEntry();
        for (int node = 0; node < graph.nodes(); node++) {
            if (alive.test(node)) {
                linker.strengthen(node);
            }
        }
        connector.connect();
        connectedAt = graph.nodes();
    }

    private void begin() {
        IntStack empty = sweeping;
        sweeping = dead;
        dead = empty;
        next = 0;
    }

    private void sweep() {
        int end = Math.min(next + STEP, graph.nodes());
        for (; next < end; next++) {
            // The dead too: those of the next round are still walked through, and must not lead to a node that is
            // freed.
            if (inGraph.test(next)) {
                repair(next);
            }
        }
        if (next >= graph.nodes()) {
            endRound();
        }
    }

    private void repair(int node) {
        for (int layer = graph.level(node); layer >= 0; layer--) {
            if (!linker.repair(node, layer) && alive.test(node)) {
                linker.relink(node, layer);
            }
        }
    }

    private void endRound() {
        moveDeadEntry();
        for (int i = 0; i < sweeping.size(); i++) {
            relinkOrphansOf(sweeping.get(i));
        }
        for (int i = 0; i < sweeping.size(); i++) {
            unlinked.accept(sweeping.get(i));
        }
        connect();
        long epoch = readers.advance();
        while (!sweeping.isEmpty()) {
            waiting.add(new Freed(sweeping.pop(), epoch));
        }
    }

    private void moveDeadEntry() {
        if (!alive.test(CompactGraph.entryNode(graph.entry()))) {
            moveEntry();
        }
    }

    private void moveEntry() {
        int highest = CompactGraph.NONE;
        for (int node = 0; node < graph.nodes(); node++) {
            if (alive.test(node) && (highest == CompactGraph.NONE || graph.level(node) > graph.level(highest))) {
                highest = node;
            }
        }
        graph.setEntry(highest);
    }

    private void relinkOrphansOf(int node) {
        for (int layer = graph.level(node); layer >= 0; layer--) {
            int count = graph.links(node, layer, links);
            for (int i = 0; i < count; i++) {
                if (graph.loseIncoming(links[i], layer) == 0 && alive.test(links[i])) {
                    linker.relink(links[i], layer);
                }
            }
        }
    }
}
