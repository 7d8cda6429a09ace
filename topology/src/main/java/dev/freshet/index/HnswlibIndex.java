package dev.freshet.index;

import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The engine {@code hnswlib}: Malkov and Yashunin's HNSW graph as jelmerk/hnswlib builds it, with what that library leaves to its users.
 *
 * <ul>
 *   <li>The library's graph has a fixed size and resizing it is not safe beside searches (they read the node array and a pool of visited sets without a
 *       lock). Searches and inserts share a read lock, resizing takes the write lock; it happens when the size has doubled.
 *   <li>It has one visited set per processor, and an insert holds a node's lock while it waits for one, as a search may hold one while it waits for that lock. With more threads than
 *       processors inside all of them can stop for ever, so no more are let in.
 *   <li>A removed node stays in the graph as a way through. The slot table here is what says whether a vector is alive: a search
 *       that raced with a removal is filtered by it.
 *   <li>Its search knows no filter and may miss nodes that pruning cut off. A search that found too few is repeated with four times the candidates, and when
 *       those come near to all vectors it scans them instead, so that a result is never short.
 * </ul>
 */
final class HnswlibIndex implements VectorIndex {
    private static final int INITIAL_CAPACITY = 256;
    private static final int WIDENING = 4;
    private static final int SCAN_SHARE = 4;
    /** How many vectors a walk looks at for each one that it keeps, about; it goes on its way again when it has kept too few. */
    private static final int COMPARED_PER_CANDIDATE = 24;

    private final DistanceFunction distance;
    private final ReadWriteLock resizing = new ReentrantReadWriteLock();
    private final Semaphore entrances = new Semaphore(Runtime.getRuntime().availableProcessors());
    private final HnswIndex<Integer, float[], Node, Float> graph;
    private final SlotTable<Node> slots = new SlotTable<>();
    private final SlotTable<Long> removedVersions = new SlotTable<>();
    private final AtomicInteger vectors = new AtomicInteger();
    private volatile int nodes;
    private int capacity = INITIAL_CAPACITY;

    HnswlibIndex(VectorIndexParameters parameters) {
        if (parameters.quantization() != Quantization.NONE) {
            throw new IllegalArgumentException("the engine hnswlib has no quantization "
                    + parameters.quantization().text());
        }
        this.distance = parameters.distance();
        this.graph = HnswIndex.<float[], Float>newBuilder(parameters.dimensions(), distance::between, capacity)
                .withM(parameters.m())
                .withEfConstruction(parameters.efConstruction())
                .withEf(1)
                .withRemoveEnabled()
                .build();
    }

    @Override
    public boolean add(int slot, long version, float[] vector) {
        if (isOlder(slot, version)) {
            return false;
        }
        makeRoom(1);
        // Each node has an id of its own, so that the slot table alone decides about versions.
        Node node = new Node(nodes, slot, vector, version);
        link(node);
        nodes = node.id + 1;
        publish(node);
        return true;
    }

    @Override
    public void addAll(List<SlotVector> additions, Executor helpers, int parallelism) {
        List<Node> added = new ArrayList<>(additions.size());
        makeRoom(additions.size());
        int first = nodes;
        for (SlotVector addition : additions) {
            if (!isOlder(addition.slot(), addition.version())) {
                added.add(new Node(first + added.size(), addition.slot(), addition.vector(), addition.version()));
            }
        }
        nodes = first + added.size();
        ParallelWork.run(added.size(), helpers, parallelism, i -> link(added.get(i)));
        added.forEach(this::publish);
    }

    private boolean isOlder(int slot, long version) {
        Node existing = slots.get(slot);
        Long removedVersion = removedVersions.get(slot);
        return (existing != null && existing.version > version) || (removedVersion != null && removedVersion > version);
    }

    private void link(Node node) {
        entrances.acquireUninterruptibly();
        resizing.readLock().lock();
        try {
            graph.add(node);
        } finally {
            resizing.readLock().unlock();
            entrances.release();
        }
    }

    private void publish(Node node) {
        Node existing = slots.get(node.slot);
        slots.set(node.slot, node);
        if (existing != null) {
            graph.remove(existing.id, 0);
        } else {
            vectors.incrementAndGet();
        }
    }

    @Override
    public boolean remove(int slot, long version) {
        Node existing = slots.get(slot);
        if (existing == null || existing.version > version) {
            return false;
        }
        removedVersions.set(slot, version);
        slots.set(slot, null);
        vectors.decrementAndGet();
        graph.remove(existing.id, 0);
        return true;
    }

    @Override
    public float @Nullable [] vector(int slot) {
        Node node = slots.get(slot);
        return node == null ? null : node.vector;
    }

    @Override
    public float distance(float[] query, int slot) {
        Node node = slots.get(slot);
        return node == null ? Float.NaN : distance.between(query, node.vector);
    }

    @Override
    public List<Neighbor> search(float[] query, int k, int ef, @Nullable IntPredicate accepted) {
        int wanted = Math.max(k, ef);
        while (wanted < vectors.get() / SCAN_SHARE + k) {
            List<Neighbor> found = walk(query, k, wanted, accepted);
            if (found.size() >= k) {
                return found;
            }
            wanted *= WIDENING;
        }
        List<Neighbor> found = walk(query, k, wanted, accepted);
        return found.size() >= Math.min(k, vectors.get()) ? found : searchExact(query, k, accepted);
    }

    @Override
    public double compared(int k, int ef, double share) {
        double candidates = Math.max(Math.max(k, ef), k / share);
        return candidates < vectors.get() / (double) SCAN_SHARE + k
                ? COMPARED_PER_CANDIDATE * candidates
                : Double.POSITIVE_INFINITY;
    }

    private List<Neighbor> walk(float[] query, int k, int candidates, @Nullable IntPredicate accepted) {
        List<SearchResult<Node, Float>> results;
        entrances.acquireUninterruptibly();
        resizing.readLock().lock();
        try {
            results = graph.findNearest(query, candidates);
        } finally {
            resizing.readLock().unlock();
            entrances.release();
        }
        List<Neighbor> neighbors = new ArrayList<>(Math.min(k, results.size()));
        for (SearchResult<Node, Float> result : results) {
            // Of those that are as far as the k-th all are looked at: ties are ordered by slot, as an exact search
            // does.
            if (neighbors.size() >= k
                    && result.distance() > neighbors.get(k - 1).distance()) {
                break;
            }
            Node node = result.item();
            if (slots.get(node.slot) == node && (accepted == null || accepted.test(node.slot))) {
                neighbors.add(new Neighbor(node.slot, result.distance()));
            }
        }
        Collections.sort(neighbors);
        return neighbors.size() > k ? List.copyOf(neighbors.subList(0, k)) : neighbors;
    }

    @Override
    public List<Neighbor> searchExact(float[] query, int k, @Nullable IntPredicate accepted) {
        NearestCollector nearest = new NearestCollector(k);
        int size = slots.size();
        for (int slot = 0; slot < size; slot++) {
            Node node = slots.get(slot);
            if (node != null && (accepted == null || accepted.test(slot))) {
                nearest.offer(slot, distance.between(query, node.vector));
            }
        }
        return nearest.nearestFirst();
    }

    @Override
    public VectorIndexStatistics statistics() {
        int alive = vectors.get();
        return new VectorIndexStatistics(alive, Math.max(0, nodes - alive), List.of(), 0, 0, 0, 0);
    }

    @Override
    public void writeSnapshot(SnapshotWriter snapshot) {
        throw new UnsupportedOperationException("the engine hnswlib has no snapshots");
    }

    private void makeRoom(int more) {
        int needed = Math.addExact(nodes, more);
        if (needed <= capacity) {
            return;
        }
        resizing.writeLock().lock();
        try {
            while (capacity < needed) {
                capacity = Math.multiplyExact(capacity, 2);
            }
            graph.resize(capacity);
        } finally {
            resizing.writeLock().unlock();
        }
    }

    /** A vector in the graph. A slot that is filled again gets another node. */
    private static final class Node implements Item<Integer, float[]> {
        private final Integer id;
        private final int slot;
        private final long version;
        private final float[] vector;

        Node(int id, int slot, float[] vector, long version) {
            this.id = id;
            this.slot = slot;
            this.version = version;
            this.vector = vector;
        }

        @Override
        public Integer id() {
            return id;
        }

        @Override
        public float[] vector() {
            return vector;
        }

        @Override
        public int dimensions() {
            return vector.length;
        }
    }
}
