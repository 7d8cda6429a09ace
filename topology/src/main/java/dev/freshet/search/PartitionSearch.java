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
 * One search of one index in one partition: candidates from the graph, their texts and metadata from the storage. For one thread.
 *
 * <p>The storage may be ahead of the graph, or have moved on since the graph was asked. So each hit's row and chunk are read with their version
 * and compared with the candidate's. If they differ, the row's whole image is read at one moment, all of its chunks are scored in place of the row's candidates,
 * if the row passes the filter now, and the best are chosen again. A row is read again at most once, so this ends; and all hits of a row, and their texts and metadata, are of
 * one state of it.
 */
final class PartitionSearch {
    private static final int ATTEMPTS = 3;

    private final RowStorage storage;
    private final IndexGraph graph;
    private final VectorQuery query;
    private final float[] vector;
    private final @Nullable RowFilter filter;

    PartitionSearch(RowStorage storage, IndexGraph graph, VectorQuery query) {
        this.storage = storage;
        this.graph = graph;
        this.query = query;
        this.vector = graph.prepare(query.vector());
        this.filter = query.filter() == null ? null : new RowFilter(query.filter(), query.indexId(), storage);
    }

    List<SearchHit> run(BooleanSupplier expired) {
        List<SearchHit> hits = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Candidate> candidates =
                    graph.search(vector, query.k(), query.ef(), query.exact(), query.groupByRow(), filter, expired);
            int searched = candidates.size();
            hits = read(candidates);
            // Rows that were deleted since the graph was asked may have left too few, though the index has more.
            if (hits.size() >= query.k() || searched == hits.size() || query.scoreThreshold() != null) {
                return hits;
            }
        }
        return hits;
    }

    private List<SearchHit> read(List<Candidate> found) {
        List<Candidate> candidates = new ArrayList<>(found);
        Map<String, StoredImage> readAgain = new HashMap<>();
        Map<Candidate, SearchHit> hits = new HashMap<>();
        while (true) {
            List<Candidate> nearest = nearest(candidates);
            String moved = null;
            for (Candidate candidate : nearest) {
                if (!hits.containsKey(candidate)) {
                    SearchHit hit = read(candidate, readAgain.get(candidate.rowKey()));
                    if (hit == null) {
                        moved = candidate.rowKey();
                        break;
                    }
                    hits.put(candidate, hit);
                }
            }
            if (moved == null) {
                return nearest.stream().map(hits::get).toList();
            }
            String rowKey = moved;
            candidates.removeIf(candidate -> candidate.rowKey().equals(rowKey));
            storage.image(query.indexId(), rowKey).filter(this::passes).ifPresent(image -> {
                readAgain.put(rowKey, image);
                candidates.addAll(graph.score(vector, image));
            });
            Collections.sort(candidates);
        }
    }

    private boolean passes(StoredImage image) {
        return filter == null || filter.holds(image.row());
    }

    private List<Candidate> nearest(List<Candidate> sorted) {
        Double threshold = query.scoreThreshold();
        Set<String> rows = new HashSet<>();
        List<Candidate> nearest = new ArrayList<>();
        for (Candidate candidate : sorted) {
            if (nearest.size() == query.k() || (threshold != null && score(candidate) < threshold)) {
                break;
            }
            if (!query.groupByRow() || rows.add(candidate.rowKey())) {
                nearest.add(candidate);
            }
        }
        return nearest;
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
