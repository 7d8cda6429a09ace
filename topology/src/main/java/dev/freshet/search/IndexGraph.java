package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.Neighbor;
import dev.freshet.index.SlotTable;
import dev.freshet.index.VectorIndex;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.index.VectorIndexStatistics;
import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorProblem;
import dev.freshet.index.VectorValidator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One index in one partition, in memory: the vectors, and which of them are whose. Derived from {@link RowStorage}; one thread at a time
 * writes, any number search meanwhile.
 *
 * <p>A row is replaced in one step, and a search sees it wholly before or wholly after that step, never in between:
 *
 * <ol>
 *   <li>The new chunks are added in new slots. No row names these slots yet, so they count for nothing. A chunk whose vector did not
 *       change keeps its slot.
 *   <li>The row table's entry flips to the new {@link GraphRow}: one write to a concurrent map.
 *   <li>The slots that only the old state had are removed, once every search that began before the flip has ended ({@link SearchTickets}).
 * </ol>
 *
 * <p><b>No gap.</b> A search that begins before the flip has the old slots in the graph from its begin to its end; one that begins after it
 * has the new ones, as they were added before, and are removed only after a later flip and its own end. So every search has in the graph, all the
 * while, the chunks that its rows had when it began. What it finds is resolved after the walk: a slot belongs to a row key for
 * good, and the row table says what that row is now. If that state was published after the search began ({@link GraphRow#since}), or the slot is not
 * among its slots, the row has moved on, and all of its present chunks are scored in place of what was found: the walk may have missed some of them.
 *
 * <p><b>No mix.</b> A search looks a row up in the table once, and takes all of the row's chunks from that one immutable answer.
 *
 * <p><b>No phantom.</b> A slot whose row is not in the table is dropped: the row is deleted, or was never published.
 *
 * <p>An exact search walks the row table instead of the graph; each row that is there throughout is seen once, in one state.
 */
final class IndexGraph {
    private static final Logger log = LoggerFactory.getLogger(IndexGraph.class);
    private static final int SPARES = 8;
    private static final int WIDENING = 4;
    private static final int ROWS_BETWEEN_CHECKS = 256;

    private final long indexId;
    private final DistanceFunction distance;
    private final VectorValidator validator;
    private final VectorIndex vectors;
    private final SlotTable<String> owners = new SlotTable<>();
    private final Map<String, GraphRow> rows = new ConcurrentHashMap<>();
    private final SearchTickets tickets = new SearchTickets();
    private final Deque<Retired> retired = new ArrayDeque<>();
    private final AtomicInteger chunks = new AtomicInteger();
    private int nextSlot;

    IndexGraph(IndexDefinition index) {
        this.indexId = index.id();
        this.distance = Distances.function(index.distance());
        this.validator = new VectorValidator(index.dimensions(), distance);
        this.vectors = VectorIndexes.of(index.engine())
                .create(new VectorIndexParameters(index.dimensions(), distance, index.m(), index.efConstruction()));
    }

    private record Retired(long ticket, int slot, long version) {}

    /** Puts a row in place of what may be there. An older image than that changes nothing. */
    void put(StoredImage image) {
        GraphRow old = rows.get(image.rowKey());
        if (old != null && !old.isOlderThan(image.row())) {
            return;
        }
        Map<ByteBuffer, Deque<Integer>> reusable = slotsByContent(old);
        List<float[]> prepared = prepare(image);
        int[] slots = new int[prepared.size()];
        int[] ordinals = new int[prepared.size()];
        for (int i = 0; i < slots.length; i++) {
            float[] vector = prepared.get(i);
            Deque<Integer> same = reusable.get(content(vector));
            slots[i] = same == null || same.isEmpty()
                    ? add(image.rowKey(), image.row().version(), vector)
                    : same.remove();
            ordinals[i] = image.chunks().get(i).ordinal();
        }
        rows.put(
                image.rowKey(),
                new GraphRow(
                        image.rowKey(),
                        tickets.last(),
                        image.row().version(),
                        image.row().revision(),
                        image.row().failure() != null,
                        slots,
                        ordinals));
        chunks.addAndGet(slots.length - (old == null ? 0 : old.slots().length));
        for (Deque<Integer> left : reusable.values()) {
            retire(left, image.row().version());
        }
        removeRetired();
    }

    /** Takes a row out, if it is there. */
    void remove(String rowKey) {
        GraphRow old = rows.remove(rowKey);
        if (old != null) {
            chunks.addAndGet(-old.slots().length);
            for (Deque<Integer> left : slotsByContent(old).values()) {
                retire(left, old.version());
            }
        }
        removeRetired();
    }

    private int add(String rowKey, long version, float[] vector) {
        int slot = nextSlot++;
        owners.set(slot, rowKey);
        vectors.add(slot, version, vector);
        return slot;
    }

    private void retire(Collection<Integer> slots, long version) {
        long ticket = tickets.last();
        slots.forEach(slot -> retired.add(new Retired(ticket, slot, version)));
    }

    private void removeRetired() {
        for (Retired oldest = retired.peek();
                oldest != null && tickets.ended(oldest.ticket());
                oldest = retired.peek()) {
            retired.remove();
            vectors.remove(oldest.slot(), oldest.version());
        }
    }

    private Map<ByteBuffer, Deque<Integer>> slotsByContent(@Nullable GraphRow row) {
        Map<ByteBuffer, Deque<Integer>> slots = new HashMap<>();
        if (row != null) {
            for (int slot : row.slots()) {
                float[] vector = vectors.vector(slot);
                if (vector == null) {
                    throw new IllegalStateException("slot " + slot + " of a row is empty");
                }
                slots.computeIfAbsent(content(vector), content -> new ArrayDeque<>())
                        .add(slot);
            }
        }
        return slots;
    }

    private static ByteBuffer content(float[] vector) {
        ByteBuffer content = ByteBuffer.allocate(vector.length * Float.BYTES);
        content.asFloatBuffer().put(vector);
        return content;
    }

    // What writes images has checked them. One that slipped through is kept out of the graph whole, and must not stop
    // the partition.
    private List<float[]> prepare(StoredImage image) {
        List<float[]> prepared = new ArrayList<>(image.chunks().size());
        for (StoredChunk chunk : image.chunks()) {
            float[] vector = chunk.vector();
            Optional<VectorProblem> problem = validator.problem(vector);
            if (problem.isPresent()) {
                log.error(
                        "index {}: row {} is not searchable, chunk {}: {}",
                        indexId,
                        image.rowKey(),
                        chunk.ordinal(),
                        problem.get().message());
                return List.of();
            }
            prepared.add(distance.prepare(vector));
        }
        return prepared;
    }

    /** A row's present state. Any thread. */
    @Nullable
    GraphRow row(String rowKey) {
        return rows.get(rowKey);
    }

    DistanceFunction distance() {
        return distance;
    }

    int rows() {
        return rows.size();
    }

    /** Vectors of the rows' present states, not counting those that wait to be removed. */
    int vectors() {
        return chunks.get();
    }

    VectorIndexStatistics statistics() {
        return vectors.statistics();
    }

    /**
     * Candidates for the nearest chunks, nearest first: enough for {@code k} (or {@code k} rows) if there are so many, and some more.
     *
     * @param query valid and prepared
     * @param expired asked now and then; once true the search throws {@link NotAnsweredException}
     */
    List<Candidate> search(float[] query, int k, int ef, boolean exact, boolean groupByRow, BooleanSupplier expired) {
        long ticket = tickets.enter();
        try {
            return exact ? scan(query, k, groupByRow, expired) : walk(ticket, query, k, ef, groupByRow, expired);
        } finally {
            tickets.exit(ticket);
        }
    }

    private List<Candidate> walk(
            long ticket, float[] query, int k, int ef, boolean groupByRow, BooleanSupplier expired) {
        int wanted = k + SPARES;
        while (true) {
            check(expired);
            List<Neighbor> found = vectors.search(query, wanted, Math.max(ef, wanted), null);
            List<Candidate> candidates = resolve(ticket, query, found);
            if (found.size() < wanted || distinct(candidates, groupByRow) >= k) {
                Collections.sort(candidates);
                return candidates;
            }
            wanted = (int) Math.min(Integer.MAX_VALUE / 2, (long) wanted * WIDENING);
        }
    }

    private static long distinct(List<Candidate> candidates, boolean groupByRow) {
        return groupByRow
                ? candidates.stream().map(Candidate::rowKey).distinct().count()
                : candidates.size();
    }

    private List<Candidate> resolve(long ticket, float[] query, List<Neighbor> found) {
        Map<String, Optional<GraphRow>> present = new HashMap<>();
        Set<String> moved = new HashSet<>();
        for (Neighbor neighbor : found) {
            String rowKey = owner(neighbor.slot());
            Optional<GraphRow> row = present.computeIfAbsent(rowKey, key -> Optional.ofNullable(rows.get(key)));
            if (row.isPresent() && (row.get().since() >= ticket || row.get().position(neighbor.slot()) < 0)) {
                moved.add(rowKey);
            }
        }
        List<Candidate> candidates = new ArrayList<>(found.size());
        for (Neighbor neighbor : found) {
            String rowKey = owner(neighbor.slot());
            if (!moved.contains(rowKey)) {
                present.getOrDefault(rowKey, Optional.empty())
                        .ifPresent(row ->
                                candidates.add(candidate(row, row.position(neighbor.slot()), neighbor.distance())));
            }
        }
        for (String rowKey : moved) {
            present.getOrDefault(rowKey, Optional.empty()).ifPresent(row -> score(query, row, candidates));
        }
        return candidates;
    }

    private String owner(int slot) {
        String owner = owners.get(slot);
        if (owner == null) {
            throw new IllegalStateException("slot " + slot + " has no owner");
        }
        return owner;
    }

    private void score(float[] query, GraphRow row, Collection<Candidate> scored) {
        for (int position = 0; position < row.slots().length; position++) {
            float apart = vectors.distance(query, row.slots()[position]);
            if (Float.isNaN(apart)) {
                // The search's ticket keeps the slots of every state that a row has while it runs.
                throw new IllegalStateException("slot " + row.slots()[position] + " is empty during a search");
            }
            scored.add(candidate(row, position, apart));
        }
    }

    private static Candidate candidate(GraphRow row, int position, double distance) {
        return new Candidate(row.rowKey(), row.ordinals()[position], row.version(), row.revision(), distance);
    }

    private List<Candidate> scan(float[] query, int k, boolean groupByRow, BooleanSupplier expired) {
        int wanted = k + SPARES;
        PriorityQueue<Candidate> farthestFirst = new PriorityQueue<>(Collections.reverseOrder());
        List<Candidate> ofRow = new ArrayList<>();
        int scanned = 0;
        for (GraphRow row : rows.values()) {
            if (scanned++ % ROWS_BETWEEN_CHECKS == 0) {
                check(expired);
            }
            ofRow.clear();
            score(query, row, ofRow);
            if (groupByRow && !ofRow.isEmpty()) {
                offer(farthestFirst, wanted, Collections.min(ofRow));
            } else {
                ofRow.forEach(candidate -> offer(farthestFirst, wanted, candidate));
            }
        }
        List<Candidate> candidates = new ArrayList<>(farthestFirst);
        Collections.sort(candidates);
        return candidates;
    }

    private static void offer(PriorityQueue<Candidate> farthestFirst, int wanted, Candidate candidate) {
        if (farthestFirst.size() < wanted) {
            farthestFirst.add(candidate);
        } else if (candidate.compareTo(farthestFirst.element()) < 0) {
            farthestFirst.remove();
            farthestFirst.add(candidate);
        }
    }

    private static void check(BooleanSupplier expired) {
        if (expired.getAsBoolean()) {
            throw new NotAnsweredException("the time is over");
        }
    }

    /** Candidates of an image that was read from the store, all of its chunks. */
    List<Candidate> score(float[] query, StoredImage image) {
        List<float[]> prepared = prepare(image);
        List<Candidate> candidates = new ArrayList<>(prepared.size());
        for (int i = 0; i < prepared.size(); i++) {
            candidates.add(new Candidate(
                    image.rowKey(),
                    image.chunks().get(i).ordinal(),
                    image.row().version(),
                    image.row().revision(),
                    distance.between(query, prepared.get(i))));
        }
        return candidates;
    }

    /** A copy of the vector in the form that distances are computed in. The vector must be valid. */
    float[] prepare(float[] vector) {
        return distance.prepare(vector);
    }

    Optional<VectorProblem> problem(float[] vector) {
        return validator.problem(vector);
    }
}
