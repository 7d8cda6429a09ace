package dev.freshet.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The engine {@code compact}: an HNSW graph in paged arrays ({@link CompactGraph}) for one writer and many readers, from which vectors are really removed ({@link GraphSweeper}).
 *
 * <p>Each vector is a <b>node</b> of the graph, and a node's vector never changes while somebody may look at it: what is put into a slot that is filled becomes another node, and the slot then
 * points to that. So there are two tables, slot to node and node to slot.
 *
 * <p><b>What a search sees</b>, though it takes no lock:
 *
 * <ul>
 *   <li><b>Whole vectors.</b> A node's vector and own links are written before the first link to it, that link is written with release, and a search reads links with acquire. The memory of a node is
 *       used again only when every search that could have seen a link to its former self has ended: searches announce themselves ({@link ReaderEpochs}), and the
 *       writer waits.
 *   <li><b>Nothing that was removed before it began.</b> {@link #remove} writes both tables with volatile semantics before it returns, and every node is asked for its slot when it is found and again
 *       when the search ends.
 *   <li><b>One state of each slot.</b> When a slot is filled again while a search goes on, the search looks at the new node in place of the old one: it may meet the old one dead on its way, or find at the
 *       end that the slot points elsewhere. A slot is returned once.
 *   <li><b>Links that are partly old and partly new</b>, which is harmless: every one of them leads to a node that is whole, and what it leads to is judged by the tables.
 * </ul>
 *
 * <p>Writing methods belong to one thread at a time; the others may be called from any thread at any time.
 */
final class CompactIndex implements VectorIndex {
    /** Of a dead node's entry in {@link #slots}: set while the node is in the graph. So slots are below 2^30. */
    private static final int IN_GRAPH = 1 << 30;

    private static final int NEVER_USED = Integer.MIN_VALUE;

    private static final long NO_VERSION = Long.MIN_VALUE;
    private static final long LEVEL_SEED = 0x5EED;
    private static final int VISITS_SHARE = 4;
    private static final int VISITS_MIN = 1_000;
    private static final int RANKED_SHARE = 2;
    /** A walk with a filter looks for so many times as many as are wanted: with those at its border alone it would miss some of them. */
    private static final int FILTERED_SHARE = 2;
    // How many vectors a walk looks at, about (bench index, column visited): on its way down, and for each one that it
    // goes on from below, as most neighbors of a node are met before.
    private static final int COMPARED_ABOVE = 350;
    private static final int COMPARED_PER_CANDIDATE = 17;

    private final VectorIndexParameters parameters;
    private final double levelScale;
    private final SplittableRandom levels = new SplittableRandom(LEVEL_SEED);
    private final AtomicIntegerArray levelCounts = new AtomicIntegerArray(CompactGraph.LEVEL_MAX + 1);
    private final CompactGraph graph;
    private final ReaderEpochs readers = new ReaderEpochs();
    private final GraphLinker linker;
    private final GraphSweeper sweeper;
    /** The slot of each node; its complement once the node is dead, without {@link #IN_GRAPH} when it is out of the graph. */
    private final IntPages slots = new IntPages(NEVER_USED);
    /** The node of each slot. */
    private final IntPages nodes = new IntPages(CompactGraph.NONE);
    /** The newest version that each slot has, or had. */
    private final LongPages versions = new LongPages(NO_VERSION);

    /** The last one used goes first: its memory is in the processor's caches. */
    private final ConcurrentLinkedDeque<GraphSearcher> searchers = new ConcurrentLinkedDeque<>();

    private final LongAdder searches = new LongAdder();
    private final LongAdder compared = new LongAdder();
    private volatile int slotCount;
    private final AtomicInteger vectors = new AtomicInteger();

    /**
     * An empty index.
     *
     * @param place of the vectors as they came
     */
    CompactIndex(VectorIndexParameters parameters, VectorPlace place) {
        this(parameters, GraphVectors.create(parameters, place));
    }

    /** An index that keeps its vectors in these, which must be empty. */
    CompactIndex(VectorIndexParameters parameters, GraphVectors vectors) {
        this.parameters = parameters;
        this.levelScale = 1 / Math.log(parameters.m());
        this.graph = new CompactGraph(parameters, vectors);
        this.linker = new GraphLinker(graph, this::isAlive);
        this.sweeper = new GraphSweeper(graph, linker, this::isInGraph, this::isAlive, readers, this::unlinked);
    }

    boolean isAlive(int node) {
        return node >= 0 && slots.get(node) >= 0;
    }

    /** The slot that a node has, or had before it died. */
    static int slotOf(int entered) {
        return entered < 0 ? ~(entered | IN_GRAPH) : entered;
    }

    boolean isInGraph(int node) {
        return isInGraph(slots, node);
    }

    static boolean isInGraph(IntPages slots, int node) {
        int entered = slots.get(node);
        return entered >= 0 || (entered & IN_GRAPH) != 0;
    }

    private void unlinked(int node) {
        slots.set(node, slots.get(node) & ~IN_GRAPH);
    }

    /** For tests. */
    CompactGraph graph() {
        return graph;
    }

    @Override
    public boolean add(int slot, long version, float[] vector) {
        if (versions.get(slot) > version) {
            return false;
        }
        insert(slot, version, vector);
        tidy();
        return true;
    }

    private void insert(int slot, long version, float[] vector) {
        int node = create(slot, version, vector);
        linker.link(node);
        publish(slot, node);
    }

    /** What every write does beside its own work, so that removed vectors leave neither links nor room behind. */
    private void tidy() {
        sweeper.step();
        int last = sweeper.shrink();
        if (last != CompactGraph.NONE) {
            int slot = slots.get(last);
            insert(slot, versions.get(slot), graph.vectors().originals().copy(last));
        }
    }

    @Override
    public void addAll(List<SlotVector> additions, Executor helpers, int parallelism) {
        List<SlotVector> newer = new ArrayList<>(additions.size());
        for (SlotVector addition : additions) {
            if (versions.get(addition.slot()) <= addition.version()) {
                newer.add(addition);
            }
        }
        if (newer.isEmpty()) {
            return;
        }
        int[] created = new int[newer.size()];
        Arrays.fill(created, CompactGraph.NONE);
        try {
            build(newer, created, helpers, parallelism);
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < created.length; i++) {
                if (created[i] != CompactGraph.NONE && nodes.get(newer.get(i).slot()) != created[i]) {
                    bury(created[i]);
                }
            }
            throw e;
        }
    }

    private void build(List<SlotVector> newer, int[] created, Executor helpers, int parallelism) {
        for (int i = 0; i < created.length; i++) {
            SlotVector addition = newer.get(i);
            created[i] = create(addition.slot(), addition.version(), addition.vector());
        }
        linker.link(created[0]);
        ConcurrentLinkedQueue<GraphLinker> linkers = new ConcurrentLinkedQueue<>(List.of(linker));
        ParallelWork.run(created.length - 1, helpers, parallelism, i -> {
            GraphLinker mine = linkers.poll();
            GraphLinker used = mine == null ? new GraphLinker(graph, this::isAlive) : mine;
            used.link(created[i + 1]);
            linkers.add(used);
        });
        for (int i = 0; i < created.length; i++) {
            // Two threads that prune at the same time may each leave the last link to the other.
            if (graph.incoming(created[i], 0) == 0) {
                linker.relink(created[i], 0);
            }
            publish(newer.get(i).slot(), created[i]);
        }
        // Only now: to tidy up is to move nodes, and these had no slot yet.
        newer.forEach(addition -> tidy());
    }

    private int create(int slot, long version, float[] vector) {
        if (slot < 0 || slot >= IN_GRAPH) {
            throw new IllegalArgumentException("slot is " + slot + ", must be 0 to " + (IN_GRAPH - 1));
        }
        if (vector.length != parameters.dimensions()) {
            throw new IllegalArgumentException(
                    "the vector has " + vector.length + " components, the index has " + parameters.dimensions());
        }
        nodes.ensure(slot + 1);
        versions.ensure(slot + 1);
        versions.set(slot, version);
        slotCount = Math.max(slotCount, slot + 1);
        int level = (int) (-Math.log(1 - levels.nextDouble()) * levelScale);
        int node = sweeper.takeFree();
        if (node == CompactGraph.NONE) {
            node = graph.create(level, vector);
            slots.ensure(node + 1);
        } else {
            graph.recreate(node, level, vector);
        }
        slots.set(node, slot);
        levelCounts.incrementAndGet(graph.level(node));
        return node;
    }

    private void publish(int slot, int node) {
        int old = nodes.get(slot);
        nodes.publish(slot, node);
        if (old == CompactGraph.NONE) {
            vectors.incrementAndGet();
        } else {
            bury(old);
        }
    }

    private void bury(int node) {
        slots.publish(node, ~slots.get(node));
        levelCounts.decrementAndGet(graph.level(node));
        sweeper.died(node);
    }

    @Override
    public boolean remove(int slot, long version) {
        int node = nodes.get(slot);
        if (node == CompactGraph.NONE || versions.get(slot) > version) {
            return false;
        }
        versions.set(slot, version);
        nodes.publish(slot, CompactGraph.NONE);
        vectors.decrementAndGet();
        bury(node);
        tidy();
        return true;
    }

    @Override
    public float @Nullable [] vector(int slot) {
        int reader = readers.enter();
        try {
            int node = nodes.get(slot);
            return node == CompactGraph.NONE
                    ? null
                    : graph.vectors().originals().copy(node);
        } finally {
            readers.exit(reader);
        }
    }

    @Override
    public float distance(float[] query, int slot) {
        int reader = readers.enter();
        try {
            int node = nodes.get(slot);
            return node == CompactGraph.NONE ? Float.NaN : graph.exactDistance(query, originals(), node);
        } finally {
            readers.exit(reader);
        }
    }

    private OriginalVectors.View originals() {
        return graph.vectors().originals().view();
    }

    @Override
    public List<Neighbor> search(float[] query, int k, int ef, @Nullable IntPredicate accepted) {
        List<Neighbor> found = walk(query, k, Math.max(k, ef), accepted);
        boolean enough = found.size() >= k || (accepted == null && found.size() >= vectors.get());
        return enough ? found : searchExact(query, k, accepted);
    }

    private List<Neighbor> walk(float[] query, int k, int ef, @Nullable IntPredicate accepted) {
        int reader = readers.enter();
        GraphSearcher pooled = searchers.poll();
        GraphSearcher searcher = pooled == null ? new GraphSearcher(graph, true) : pooled;
        try {
            long entry = graph.entry();
            if (entry < 0) {
                return List.of();
            }
            searcher.aim(query);
            int[] from = searcher.descend(entry, 0);
            if (accepted == null) {
                searcher.search(from, ef, 0, node -> present(node, null), Integer.MAX_VALUE);
            } else {
                searcher.search(from, accepted(k, ef), ef, 0, node -> present(node, accepted), visitsMax());
            }
            long[] found = searcher.results();
            return searcher.exhausted() ? List.of() : settle(query, k, found);
        } finally {
            searches.increment();
            compared.add(searcher.takeCompared());
            searchers.addFirst(searcher);
            readers.exit(reader);
        }
    }

    /** How many that are accepted a walk with a filter looks for. */
    private static int accepted(int k, int ef) {
        return Math.max(k, Math.min(ef, FILTERED_SHARE * k));
    }

    // With a filter that few pass, looking at those few is faster than walking everywhere.
    private int visitsMax() {
        return Math.max(VISITS_MIN, vectors.get() / VISITS_SHARE);
    }

    @Override
    public double compared(int k, int ef, double share) {
        double visits = COMPARED_PER_CANDIDATE * Math.max(ef, accepted(k, Math.max(k, ef)) / share);
        return visits < visitsMax()
                ? (COMPARED_ABOVE + visits) * graph.vectors().walkedShare()
                : Double.POSITIVE_INFINITY;
    }

    /** The node if it may be returned, the one that took its place if it is dead, or none. */
    private int present(int node, @Nullable IntPredicate accepted) {
        int entered = slots.get(node);
        int slot = slotOf(entered);
        int present = entered >= 0 ? node : nodes.get(slot);
        return present != CompactGraph.NONE && (accepted == null || accepted.test(slot)) ? present : CompactGraph.NONE;
    }

    /**
     * The present state of what was found, nearest first as the walk saw it: nodes whose slot is empty now are dropped, those whose slot was filled again are compared again. Ties are ordered by
     * slot, as an exact search does, so that the same data gives the same answer.
     *
     * <p>Where the walk saw distances that are not exact, exact ones are computed, of twice as many as are wanted at least, and then as long as one that is off as far as the worst so far could
     * still be among the nearest.
     */
    private List<Neighbor> settle(float[] query, int k, long[] found) {
        NearestCollector nearest = new NearestCollector(k);
        Set<Integer> settled = new HashSet<>();
        OriginalVectors.View originals = originals();
        boolean exact = graph.vectors().exact();
        int settledMin = exact ? k : RANKED_SHARE * k;
        float off = 0;
        for (long key : found) {
            float walked = NodeHeap.distance(key);
            if (settled.size() >= settledMin && nearest.isFull() && walked - off > nearest.farthest()) {
                break;
            }
            int node = NodeHeap.node(key);
            int slot = slotOf(slots.get(node));
            int present = nodes.get(slot);
            // A slot's former and its present node may both have been found.
            if (present == CompactGraph.NONE || !settled.add(slot)) {
                continue;
            }
            if (exact && present == node) {
                nearest.offer(slot, walked);
                continue;
            }
            float distance = graph.exactDistance(query, originals, present);
            nearest.offer(slot, distance);
            if (present == node) {
                off = Math.max(off, Math.abs(distance - walked));
            }
        }
        return nearest.nearestFirst();
    }

    @Override
    public List<Neighbor> searchExact(float[] query, int k, @Nullable IntPredicate accepted) {
        int reader = readers.enter();
        try {
            NearestCollector nearest = new NearestCollector(k);
            OriginalVectors.View originals = originals();
            int end = slotCount;
            for (int slot = 0; slot < end; slot++) {
                int node = nodes.get(slot);
                if (node != CompactGraph.NONE && (accepted == null || accepted.test(slot))) {
                    nearest.offer(slot, graph.exactDistance(query, originals, node));
                }
            }
            return nearest.nearestFirst();
        } finally {
            readers.exit(reader);
        }
    }

    @Override
    public VectorIndexStatistics statistics() {
        int alive = vectors.get();
        List<Integer> byLevel = new ArrayList<>();
        int counted = 0;
        for (int level = 0; level < levelCounts.length() && counted < alive; level++) {
            byLevel.add(levelCounts.get(level));
            counted += levelCounts.get(level);
        }
        long ran = searches.sum();
        return new VectorIndexStatistics(
                alive,
                Math.max(0, graph.nodes() - alive),
                byLevel,
                graph.bytes() + slots.bytes() + nodes.bytes() + versions.bytes(),
                graph.vectors().originalBytes(),
                graph.vectors().originals().fileBytes(),
                ran == 0 ? 0 : (double) compared.sum() / ran);
    }

    @Override
    public void writeSnapshot(SnapshotWriter snapshot) throws IOException {
        int reader = readers.enter();
        try {
            new CompactIndexSnapshot(graph, slots, nodes, versions).write(snapshot, slotCount);
        } finally {
            readers.exit(reader);
        }
    }

    /** The index that {@link #writeSnapshot} wrote. */
    static CompactIndex read(VectorIndexParameters parameters, VectorPlace place, SnapshotReader snapshot)
            throws IOException {
        CompactIndex index = new CompactIndex(parameters, place);
        index.slotCount =
                new CompactIndexSnapshot(index.graph, index.slots, index.nodes, index.versions).read(snapshot);
        index.nodes.ensure(index.slotCount);
        for (int node = 0; node < index.graph.nodes(); node++) {
            int slot = index.slots.get(node);
            if (slot >= 0 && index.nodes.get(slot) == CompactGraph.NONE) {
                index.nodes.set(slot, node);
                index.vectors.incrementAndGet();
                index.levelCounts.incrementAndGet(index.graph.level(node));
            } else {
                // Dead, or it was just taking another node's place.
                index.slots.set(node, ~slotOf(slot));
                index.sweeper.died(node);
            }
        }
        index.sweeper.mend();
        return index;
    }
}
