package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.Neighbor;
import dev.freshet.index.Quantization;
import dev.freshet.index.ReaderEpochs;
import dev.freshet.index.SlotVector;
import dev.freshet.index.SnapshotException;
import dev.freshet.index.SnapshotReader;
import dev.freshet.index.SnapshotWriter;
import dev.freshet.index.VectorIndex;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.index.VectorIndexStatistics;
import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorPlace;
import dev.freshet.index.VectorProblem;
import dev.freshet.index.VectorValidator;
import dev.freshet.schemas.serde.VectorBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One index in one partition, in memory: the vectors, and which of them are whose. Derived from {@link RowStorage}; one thread at a time
 * writes, any number search meanwhile, and one more may write a snapshot.
 *
 * <p>A row is replaced in one step, and a search sees it wholly before or wholly after that step, never in between:
 *
 * <ol>
 *   <li>The new chunks are added in slots that nobody uses. No row names these slots yet, so they count for nothing. A chunk whose vector did not
 *       change keeps its slot.
 *   <li>The row table's entry flips to the new {@link GraphRow}: one write to a concurrent map. Then a new {@linkplain ReaderEpochs epoch} begins.
 *   <li>The slots that only the old state had are removed from the vectors, once every search that began before the flip has ended; and they may be used again once
 *       every search that began before their removal has ended, too ({@link GraphSlots}).
 * </ol>
 *
 * <p><b>No gap.</b> A search that begins before the flip has the old slots in the vectors from its begin to its end; one that begins after it
 * has the new ones, as they were added before, and are removed only after a later flip and its own end. So every search has in the vectors, all the
 * while, the chunks that its rows had when it began. What it finds is resolved after the walk: the slot's owner says which row it is, and the row table what that row
 * is now. If that state was published after the search began ({@link GraphRow#since}: the flip's epoch is not over when a search enters in it), or the slot is not
 * among its slots, the row has moved on, and all of its present chunks are scored in place of what was found: the walk may have missed some of them.
 *
 * <p><b>No mix.</b> A search looks a row up in the table once, and takes all of the row's chunks from that one immutable answer. Any state that it can look up was current
 * at some moment of the search, so its slots are still filled with its own chunks: they are removed only when the search has ended.
 *
 * <p><b>No phantom.</b> A slot whose row is not in the table is dropped: the row is deleted, or was never published.
 *
 * <p><b>No stranger.</b> Slots are used again, so a slot does not name a row for good; but it does for as long as a search runs. A search finds a slot only while it is
 * filled. Had it another owner before the search ended, it was removed after the search found it, so after the search began; and from its removal on it waits for this
 * search before it gets that owner. So the owner, the distance and the row's state that a search puts together speak of the same chunk.
 *
 * <p><b>Filters</b> look at the metadata that the row table's entry carries, which are of the same state as its chunks; a row's state is looked up and asked once for all that a search returns of it, as above. A
 * vector that is met on the walk is asked whether its row's state at that moment passes: it was current during the search, so a row that passes all the while is never missed, and one that does so for a part of it
 * may be seen or not. The answers for filters that come again are kept ({@link FilterCache}). Where few rows pass (as a sample tells), all vectors that do are looked at instead of walking.
 *
 * <p>An exact search walks the row table instead of the vectors; each row that is there throughout is seen once, in one state.
 *
 * <p>What a row says is taken as it comes, older or newer: the storage has refused what is older. A graph that was read from a snapshot may be ahead of the storage, and has to
 * follow it.
 */
final class IndexGraph {
    private static final Logger log = LoggerFactory.getLogger(IndexGraph.class);
    private static final int SPARES = 8;
    private static final int WIDENING = 4;
    private static final int ROWS_BETWEEN_CHECKS = 256;
    private static final int SAMPLED_SLOTS = 256;
    // What searches with filters are made of, in nanoseconds, roughly: only their ratios count.
    private static final double SLOT_NS = 6;
    private static final double ROW_NS = 250;
    private static final double VECTOR_NS = 60;
    private static final double COMPONENT_NS = 0.4;
    private static final double CODE_NS = 0.1;
    /** What is added for a vector on disk: mostly a copy from the page cache, now and then a read. */
    private static final double FILE_NS = 2_000;

    private final long indexId;
    private final DistanceFunction distance;
    private final VectorValidator validator;
    private final VectorIndex vectors;
    private final ReaderEpochs epochs = new ReaderEpochs();
    private final GraphSlots slots;
    private final FilterCache filters = new FilterCache();
    private final double comparedNs;
    private final double walkedNs;
    private final Map<String, GraphRow> rows = new ConcurrentHashMap<>();
    private final AtomicInteger chunks = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();

    /**
     * An empty graph.
     *
     * @param directory for vectors on disk, if the index has them there
     */
    IndexGraph(IndexDefinition index, Path directory) {
        this(index, VectorIndexes.of(index.engine()).create(parameters(index), place(index, directory)));
    }

    private IndexGraph(IndexDefinition index, VectorIndex vectors) {
        this.indexId = index.id();
        this.distance = Distances.function(index.distance());
        this.validator = new VectorValidator(index.dimensions(), distance);
        this.vectors = vectors;
        this.slots = new GraphSlots(vectors, epochs);
        this.comparedNs = VECTOR_NS + COMPONENT_NS * index.dimensions() + (index.vectorsOnDisk() ? FILE_NS : 0);
        this.walkedNs = VECTOR_NS
                + (parameters(index).quantization() == Quantization.NONE ? COMPONENT_NS : CODE_NS) * index.dimensions();
    }

    private static VectorPlace place(IndexDefinition index, Path directory) {
        return index.vectorsOnDisk() ? new VectorPlace(directory) : VectorPlace.MEMORY;
    }

    /**
     * The graph in a snapshot whose header fits the index. Throws {@link SnapshotException} if anything is wrong with it.
     *
     * @param directory as for an empty one
     */
    static IndexGraph read(IndexDefinition index, Path directory, SnapshotReader snapshot) throws IOException {
        GraphSnapshot content =
                GraphSnapshot.read(index.engine(), parameters(index), place(index, directory), snapshot);
        IndexGraph graph = new IndexGraph(index, content.vectors());
        graph.slots.restore(content.rows().values(), content.slots(), content.version());
        graph.rows.putAll(content.rows());
        graph.filters.ensure(content.slots());
        graph.chunks.set(content.rows().values().stream()
                .mapToInt(row -> row.slots().length)
                .sum());
        return graph;
    }

    static VectorIndexParameters parameters(IndexDefinition index) {
        return new VectorIndexParameters(
                index.dimensions(),
                Distances.function(index.distance()),
                index.m(),
                index.efConstruction(),
                Quantization.of(index.quantization()));
    }

    /**
     * Writes the sections of a snapshot, beside the thread that changes the graph: all that was changed before is in it, and what changes meanwhile may be in either state.
     * While it is written this counts as a search, so no slot of any row that it meets is emptied.
     */
    void write(SnapshotWriter snapshot) throws IOException {
        int reader = epochs.enter();
        try {
            GraphSnapshot.write(snapshot, rows.values(), vectors, slots);
        } finally {
            epochs.exit(reader);
        }
    }

    /** Puts a row in place of what may be there. */
    void put(StoredImage image) {
        putAll(List.of(image), Runnable::run, 1);
    }

    /**
     * Puts many rows, as {@link #put} would one by one, with as many threads as there are to be had; each is replaced in one step.
     *
     * @param images no row twice
     * @param helpers see {@link VectorIndex#addAll}
     */
    void putAll(List<StoredImage> images, Executor helpers, int parallelism) {
        List<SlotVector> additions = new ArrayList<>();
        List<GraphRow> replacements = new ArrayList<>(images.size());
        List<Integer> left = new ArrayList<>();
        int before = 0;
        for (StoredImage image : images) {
            GraphRow old = rows.get(image.rowKey());
            before += old == null ? 0 : old.slots().length;
            Map<ByteBuffer, Deque<Integer>> reusable = slotsByContent(old);
            replacements.add(replacement(image, reusable, additions));
            reusable.values().forEach(left::addAll);
        }
        vectors.addAll(additions, helpers, parallelism);
        int after = 0;
        for (GraphRow replacement : replacements) {
            GraphRow old = rows.get(replacement.rowKey());
            changing(old, replacement);
            rows.put(replacement.rowKey(), replacement);
            changed(old, replacement);
            after += replacement.slots().length;
        }
        chunks.addAndGet(after - before);
        changes.addAndGet(Math.max(images.size(), additions.size() + left.size()));
        slots.retire(left, epochs.advance());
    }

    private void changing(@Nullable GraphRow... states) {
        for (GraphRow state : states) {
            if (state != null) {
                filters.changing(state.slots());
            }
        }
    }

    private void changed(@Nullable GraphRow... states) {
        for (GraphRow state : states) {
            if (state != null) {
                filters.changed(state.slots());
            }
        }
    }

    // Takes the slots of unchanged vectors out of those that can be kept, and adds the others to the additions.
    private GraphRow replacement(
            StoredImage image, Map<ByteBuffer, Deque<Integer>> reusable, List<SlotVector> additions) {
        List<float[]> prepared = prepare(image);
        int[] chosen = new int[prepared.size()];
        int[] ordinals = new int[prepared.size()];
        for (int i = 0; i < chosen.length; i++) {
            float[] vector = prepared.get(i);
            Deque<Integer> same = reusable.isEmpty() ? null : reusable.get(VectorBytes.encode(vector));
            if (same == null || same.isEmpty()) {
                chosen[i] = slots.take(image.rowKey());
                additions.add(new SlotVector(chosen[i], slots.nextVersion(), vector));
            } else {
                chosen[i] = same.remove();
            }
            ordinals[i] = image.chunks().get(i).ordinal();
        }
        StoredRow row = image.row();
        return new GraphRow(
                image.rowKey(),
                epochs.current(),
                row.version(),
                row.revision(),
                row.failure() != null,
                MetadataFields.forMemory(row.metadata()),
                chosen,
                ordinals);
    }

    /** Takes a row out, if it is there. */
    void remove(String rowKey) {
        GraphRow old = rows.get(rowKey);
        if (old != null) {
            changing(old);
            rows.remove(rowKey);
            changed(old);
            chunks.addAndGet(-old.slots().length);
            changes.addAndGet(Math.max(1, old.slots().length));
            slots.retire(Arrays.stream(old.slots()).boxed().toList(), epochs.advance());
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
                slots.computeIfAbsent(VectorBytes.encode(vector), content -> new ArrayDeque<>())
                        .add(slot);
            }
        }
        return slots;
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

    /** The keys of up to {@code count} rows, each as likely as any other (Vitter, Algorithm R). Looks at every row. Any thread. */
    List<String> sampleRows(int count, Random random) {
        List<String> sample = new ArrayList<>(Math.min(count, rows.size()));
        int seen = 0;
        for (String rowKey : rows.keySet()) {
            int place = sample.size() < count ? sample.size() : random.nextInt(seen + 1);
            if (place == sample.size()) {
                sample.add(rowKey);
            } else if (place < count) {
                sample.set(place, rowKey);
            }
            seen++;
        }
        return sample;
    }

    DistanceFunction distance() {
        return distance;
    }

    int rows() {
        return rows.size();
    }

    /** How many vectors were added and removed since the graph was made or read, a row that changed otherwise counting as one. Any thread. */
    long changes() {
        return changes.get();
    }

    /** Vectors of the rows' present states, not counting those that wait to be removed. */
    int vectors() {
        return chunks.get();
    }

    /** Slots that were ever given: with reuse not many more than vectors. */
    int slots() {
        return slots.given();
    }

    VectorIndexStatistics statistics() {
        return vectors.statistics();
    }

    /**
     * Candidates for the nearest chunks, nearest first: enough for {@code k} (or {@code k} rows) if there are so many, and some more.
     *
     * @param query valid and prepared
     * @param filter which rows may be found; null: all
     * @param expired asked now and then; once true the search throws {@link NotAnsweredException}
     */
    List<Candidate> search(
            float[] query,
            int k,
            int ef,
            boolean exact,
            boolean groupByRow,
            @Nullable RowFilter filter,
            BooleanSupplier expired) {
        int reader = epochs.enter();
        try {
            return exact
                    ? scan(query, k, groupByRow, filter, expired)
                    : search(epochs.entered(reader), query, k, ef, groupByRow, filter, expired);
        } finally {
            epochs.exit(reader);
        }
    }

    private List<Candidate> search(
            long entered,
            float[] query,
            int k,
            int ef,
            boolean groupByRow,
            @Nullable RowFilter filter,
            BooleanSupplier expired) {
        FilterCache.Known known = filter == null ? null : filters.known(filter.filter());
        IntPredicate accepted = filter == null ? null : passing(filter, known, expired);
        int wanted = k + SPARES;
        boolean all = accepted != null && scanPays(accepted, known, wanted, ef);
        while (true) {
            check(expired);
            List<Neighbor> found = all
                    ? vectors.searchExact(query, wanted, accepted)
                    : vectors.search(query, wanted, Math.max(ef, wanted), accepted);
            List<Candidate> candidates = resolve(entered, query, found, filter);
            if (found.size() < wanted || distinct(candidates, groupByRow) >= k) {
                Collections.sort(candidates);
                return candidates;
            }
            wanted = (int) Math.min(Integer.MAX_VALUE / 2, (long) wanted * WIDENING);
        }
    }

    /** Whether it takes less time to look at all vectors that pass than to walk. For the same data, and as much known of the filter, that is always the same: the sample's slots are. */
    private boolean scanPays(IntPredicate accepted, FilterCache.@Nullable Known known, int wanted, int ef) {
        int given = slots.given();
        double unknown = known == null ? 1 : 1 - known.share(given);
        int step = Math.max(1, given / SAMPLED_SLOTS);
        int sampled = 0;
        int passed = 0;
        for (int slot = step / 2; slot < given; slot += step) {
            if (slots.ownerIfAny(slot) != null) {
                sampled++;
                passed += accepted.test(slot) ? 1 : 0;
            }
        }
        double share = Math.max(0.5, passed) / Math.max(1, sampled);
        double compared = vectors.compared(wanted, ef, share);
        return given * (SLOT_NS + unknown * ROW_NS + share * comparedNs)
                < compared * (SLOT_NS + unknown * ROW_NS + walkedNs);
    }

    /** Whether the row in a slot that is filled passes, as it is at this moment. */
    private IntPredicate passing(RowFilter filter, FilterCache.@Nullable Known known, BooleanSupplier expired) {
        IntFunction<FilterCache.Answer> ask = slot -> {
            String owner = slots.ownerIfAny(slot);
            GraphRow row = owner == null ? null : rows.get(owner);
            return row == null ? FilterCache.Answer.FAILS : filter.answer(row);
        };
        return new IntPredicate() {
            private int asked;

            @Override
            public boolean test(int slot) {
                if (++asked % ROWS_BETWEEN_CHECKS == 0) {
                    check(expired);
                }
                return known == null ? ask.apply(slot).passes() : known.test(slot, ask);
            }
        };
    }

    private static long distinct(List<Candidate> candidates, boolean groupByRow) {
        return groupByRow
                ? candidates.stream().map(Candidate::rowKey).distinct().count()
                : candidates.size();
    }

    private List<Candidate> resolve(long entered, float[] query, List<Neighbor> found, @Nullable RowFilter filter) {
        Map<String, Optional<GraphRow>> present = new HashMap<>();
        Set<String> moved = new HashSet<>();
        for (Neighbor neighbor : found) {
            String rowKey = slots.owner(neighbor.slot());
            Optional<GraphRow> row = present.computeIfAbsent(
                    rowKey,
                    key -> Optional.ofNullable(rows.get(key)).filter(state -> filter == null || filter.holds(state)));
            if (row.isPresent() && (row.get().since() >= entered || row.get().position(neighbor.slot()) < 0)) {
                moved.add(rowKey);
            }
        }
        List<Candidate> candidates = new ArrayList<>(found.size());
        for (Neighbor neighbor : found) {
            String rowKey = slots.owner(neighbor.slot());
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

    private void score(float[] query, GraphRow row, Collection<Candidate> scored) {
        for (int position = 0; position < row.slots().length; position++) {
            float apart = vectors.distance(query, row.slots()[position]);
            if (Float.isNaN(apart)) {
                // Slots of every state that a row has while the search runs are kept until it ends.
                throw new IllegalStateException("slot " + row.slots()[position] + " is empty during a search");
            }
            scored.add(candidate(row, position, apart));
        }
    }

    private static Candidate candidate(GraphRow row, int position, double distance) {
        return new Candidate(row.rowKey(), row.ordinals()[position], row.version(), row.revision(), distance);
    }

    private List<Candidate> scan(
            float[] query, int k, boolean groupByRow, @Nullable RowFilter filter, BooleanSupplier expired) {
        int wanted = k + SPARES;
        PriorityQueue<Candidate> farthestFirst = new PriorityQueue<>(Collections.reverseOrder());
        List<Candidate> ofRow = new ArrayList<>();
        int scanned = 0;
        for (GraphRow row : rows.values()) {
            if (scanned++ % ROWS_BETWEEN_CHECKS == 0) {
                check(expired);
            }
            if (filter != null && !filter.holds(row)) {
                continue;
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
