package dev.freshet.search;

import dev.freshet.index.DistanceFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One search of one index in one partition: candidates from the graph, their texts and metadata from the storage when they are fetched. For one thread at a time.
 *
 * <p>The storage may be ahead of the graph, or have moved on since the graph was asked. So each hit's row and chunk are read with their version
 * and compared with the candidate's. If they differ, the row's whole image is read at one moment, all of its chunks are scored in place of the row's candidates,
 * if the row passes the filter now, and the best are chosen again. A row is read again at most once, so this ends; and all hits of a row, and their texts and metadata, are of
 * one state of it.
 */
final class PartitionSearch implements PartitionFindings {
    private static final int WALKS_AGAIN = 2;

    private final int partition;
    private final Watermark watermark;
    private final RowStorage storage;
    private final IndexGraph graph;
    private final VectorQuery query;
    private final @Nullable SearchWidth width;
    private final BooleanSupplier late;
    private final float[] vector;
    private final @Nullable RowFilter filter;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, StoredImage> readAgain = new HashMap<>();
    private final Map<Candidate, SearchHit> hits = new HashMap<>();
    /** Of the candidates; chosen again whenever these change. */
    private List<Candidate> nearest = List.of();

    private int ef;
    private int walksAgain;
    private int found;
    /** What is nearer than that was found. */
    private double horizon;

    /**
     * Walks the graph.
     *
     * @param watermark the partition's, from before
     * @param width for a search that begins with few candidates and looks at more if the partition turns out to have more of the nearest than most have; null: as many as the query says
     * @param expired asked now and then while the graph is walked; once true the search throws {@link NotAnsweredException}
     * @param late the same, for what is fetched later
     */
    PartitionSearch(
            int partition,
            Watermark watermark,
            RowStorage storage,
            IndexGraph graph,
            VectorQuery query,
            @Nullable SearchWidth width,
            BooleanSupplier expired,
            BooleanSupplier late) {
        this.partition = partition;
        this.watermark = watermark;
        this.storage = storage;
        this.graph = graph;
        this.query = query;
        // What a filter lets through is not spread evenly, and an exact search has seen all.
        this.width = query.exact() || query.filter() != null ? null : width;
        this.ef = this.width == null ? query.ef() : this.width.first();
        this.late = late;
        this.vector = graph.prepare(query.vector());
        this.filter = query.filter() == null ? null : new RowFilter(query.filter(), query.indexId(), storage);
        walk(expired);
    }

    private void walk(BooleanSupplier expired) {
        List<Candidate> walked =
                graph.search(vector, query.k(), ef, query.exact(), query.groupByRow(), filter, expired);
        readAgain.clear();
        hits.clear();
        candidates.clear();
        candidates.addAll(walked);
        nearest = choose();
        found = nearest.size();
        horizon = candidates.size() < query.k()
                ? Double.POSITIVE_INFINITY
                : candidates.get(candidates.size() - 1).distance();
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public long position() {
        return watermark.offset();
    }

    @Override
    public long waitingSinceMs() {
        return watermark.waitingSinceMs();
    }

    @Override
    public double[] distances() {
        return nearest.stream().mapToDouble(Candidate::distance).toArray();
    }

    @Override
    public List<SearchHit> hits() {
        return nearest.stream().filter(hits::containsKey).map(hits::get).toList();
    }

    @Override
    public boolean fetch(double distance) {
        if (widen(distance)) {
            return true;
        }
        boolean moved = false;
        for (String rowKey = read(distance); rowKey != null; rowKey = read(distance)) {
            readAgain(rowKey);
            moved = true;
        }
        if (moved && walksAgain < WALKS_AGAIN && isShort()) {
            walksAgain++;
            walkAgain();
        }
        return moved;
    }

    /** Walks with more candidates if this partition has so many of the nearest that those it was searched with do not suffice. */
    private boolean widen(double distance) {
        Double threshold = query.scoreThreshold();
        if (width == null || (distance == Double.POSITIVE_INFINITY && threshold == null)) {
            return false; // All partitions together have less than is wanted, and it was found.
        }
        int share = (int) candidates.stream()
                .takeWhile(candidate ->
                        candidate.distance() <= distance && (threshold == null || score(candidate) >= threshold))
                .count();
        if (width.of(share) <= ef) {
            return false;
        }
        ef = width.of(share);
        return walkAgain();
    }

    private boolean walkAgain() {
        try {
            walk(late);
            return true;
        } catch (NotAnsweredException e) {
            return false; // The time is over: what was found so far is better than nothing.
        }
    }

    /** Whether rows that were deleted or moved away since the graph was asked may have left too few, though the index has more, or left farther ones than it has. */
    private boolean isShort() {
        return nearest.size() < found
                ? query.scoreThreshold() == null
                : found > 0 && nearest.get(found - 1).distance() > horizon;
    }

    /** Reads what is near enough and was not read. Returns a row that has moved on, and stops there; null if none has. */
    private @Nullable String read(double distance) {
        for (Candidate candidate : nearest) {
            if (candidate.distance() > distance) {
                return null;
            }
            if (!hits.containsKey(candidate)) {
                SearchHit hit = read(candidate, readAgain.get(candidate.rowKey()));
                if (hit == null) {
                    return candidate.rowKey();
                }
                hits.put(candidate, hit);
            }
        }
        return null;
    }

    private void readAgain(String rowKey) {
        candidates.removeIf(candidate -> candidate.rowKey().equals(rowKey));
        storage.image(query.indexId(), rowKey).filter(this::passes).ifPresent(image -> {
            readAgain.put(rowKey, image);
            candidates.addAll(graph.score(vector, image));
        });
        Collections.sort(candidates);
        nearest = choose();
    }

    private boolean passes(StoredImage image) {
        return filter == null || filter.holds(image.row());
    }

    private List<Candidate> choose() {
        Double threshold = query.scoreThreshold();
        Set<String> rows = new HashSet<>();
        List<Candidate> chosen = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (chosen.size() == query.k() || (threshold != null && score(candidate) < threshold)) {
                break;
            }
            if (!query.groupByRow() || rows.add(candidate.rowKey())) {
                chosen.add(candidate);
            }
        }
        return chosen;
    }

    private double score(Candidate candidate) {
        DistanceFunction distance = graph.distance();
        return Distances.score(distance, candidate.distance());
    }

    private @Nullable SearchHit read(Candidate candidate, @Nullable StoredImage image) {
        if (image != null) {
            return image.chunks().stream()
                    .filter(chunk -> chunk.ordinal() == candidate.ordinal())
                    .findFirst()
                    .map(chunk -> hit(candidate, image.row(), chunk))
                    .orElseThrow(() -> new IllegalStateException("a scored chunk is not in its image"));
        }
        Optional<StoredRow> row = storage.row(query.indexId(), candidate.rowKey());
        if (row.isEmpty() || !candidate.isOf(row.get())) {
            return null;
        }
        return storage.chunk(query.indexId(), candidate.rowKey(), candidate.ordinal())
                .filter(chunk -> chunk.belongsTo(row.get()))
                .map(chunk -> hit(candidate, row.get(), chunk))
                .orElse(null);
    }

    private SearchHit hit(Candidate candidate, StoredRow row, StoredChunk chunk) {
        return new SearchHit(
                candidate.rowKey() + "#" + candidate.ordinal(),
                candidate.rowKey(),
                candidate.ordinal(),
                score(candidate),
                candidate.distance(),
                chunk.text(),
                row.metadata(),
                query.includeVector() ? chunk.vector() : null);
    }
}
