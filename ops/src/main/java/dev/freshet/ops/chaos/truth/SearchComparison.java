package dev.freshet.ops.chaos.truth;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.SearchAnswer.Hit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Searches by brute force, by the cosine distance, and compares. Pure and thread-safe. */
final class SearchComparison {
    /** Least share of the ten nearest that a search of the graph must find, over all queries. */
    static final double RECALL_MIN = 0.95;

    /** The product computes in single precision. */
    private static final double TOLERANCE = 2e-5;

    private final String where;
    private final Map<String, Candidate> candidates = new HashMap<>();

    /** A chunk to be found. */
    private record Candidate(String row, Chunk chunk) {}

    /**
     * @param where the answers are from, for the findings
     * @param rows all rows of the index
     */
    SearchComparison(String where, Collection<FoundRow> rows) {
        this.where = where;
        for (FoundRow row : rows) {
            row.chunks().forEach(chunk -> candidates.put(chunk.id(row.key()), new Candidate(row.key(), chunk)));
        }
    }

    /** How many chunks there are. */
    int size() {
        return candidates.size();
    }

    /** Whether an exact search gives what brute force does. */
    Optional<Finding> exact(float[] query, int k, SearchAnswer answer) {
        if (!answer.complete()) {
            return incomplete(answer);
        }
        List<Double> nearest = nearest(query, k);
        if (answer.hits().size() != nearest.size()) {
            return breach(
                    "an exact search gives " + answer.hits().size() + " results, there are " + nearest.size(), "");
        }
        for (int i = 0; i < nearest.size(); i++) {
            Hit hit = answer.hits().get(i);
            Optional<Finding> wrong = hit(query, hit);
            if (wrong.isPresent()) {
                return wrong;
            }
            if (!near(hit.distance(), nearest.get(i))) {
                return breach(
                        "an exact search misses what is nearer",
                        "result " + i + " is " + hit.id() + " at " + hit.distance() + ", brute force has one at "
                                + nearest.get(i));
            }
        }
        return Optional.empty();
    }

    /**
     * Whether an exact search with a chunk's own vector or text gives that chunk first, or another that is as near.
     *
     * @param byText whether the model had to embed the query
     */
    Optional<Finding> self(String id, boolean byText, SearchAnswer answer) {
        if (!answer.complete()) {
            return incomplete(answer);
        }
        Hit first = answer.hits().isEmpty() ? null : answer.hits().get(0);
        if (first == null || !(first.distance() <= TOLERANCE)) {
            return Optional.of(
                    byText
                            ? Finding.of(
                                    Invariant.ONE_MODEL,
                                    where + ": a chunk is not found by its own text",
                                    id + ": the first is " + first)
                            : Finding.of(
                                    Invariant.SNAPSHOTS,
                                    where + ": the graph does not have a chunk that the topic has",
                                    id + ": the first is " + first));
        }
        return Optional.empty();
    }

    /** How many of the {@code k} nearest an answer has; one that is as near as the last of them counts. */
    double found(float[] query, int k, SearchAnswer answer) {
        List<Double> nearest = nearest(query, k);
        if (nearest.isEmpty()) {
            return 0;
        }
        double last = nearest.get(nearest.size() - 1);
        int found = 0;
        for (Hit hit : answer.hits()) {
            Candidate candidate = candidates.get(hit.id());
            found += candidate != null && distance(candidate, query) <= last + TOLERANCE ? 1 : 0;
        }
        return Math.min(found, nearest.size());
    }

    /** A finding if the graph finds too few. */
    Optional<Finding> recall(List<float[]> queries, int k, List<SearchAnswer> answers) {
        double found = 0;
        long wanted = 0;
        for (int i = 0; i < queries.size(); i++) {
            found += found(queries.get(i), k, answers.get(i));
            wanted += Math.min(k, candidates.size());
        }
        return wanted == 0 || found / wanted >= RECALL_MIN
                ? Optional.empty()
                : breach(
                        "the graph finds too few of the nearest",
                        "recall@" + k + " " + found / wanted + " over " + queries.size() + " queries");
    }

    /** Whether a result is what its chunk says. */
    private Optional<Finding> hit(float[] query, Hit hit) {
        Candidate candidate = candidates.get(hit.id());
        if (candidate == null) {
            return breach("a search finds a chunk that the topic does not have", hit.toString());
        }
        if (!candidate.chunk().text().equals(hit.text()) || !candidate.row().equals(hit.row())) {
            return breach(
                    "a search finds a chunk with another text",
                    hit + " instead of " + candidate.chunk().text());
        }
        double distance = distance(candidate, query);
        return near(hit.distance(), distance)
                ? Optional.empty()
                : breach("a result has a wrong distance", hit + " instead of " + distance);
    }

    private Optional<Finding> incomplete(SearchAnswer answer) {
        return Optional.of(Finding.of(
                Invariant.PROGRESS,
                where + ": an answer is incomplete though nothing troubles anybody",
                answer.answered() + " of " + answer.partitions() + " partitions"));
    }

    private Optional<Finding> breach(String what, String detail) {
        return Optional.of(new Finding(
                Invariant.EXACT_SEARCH, where + ": " + what, detail.isEmpty() ? List.of() : List.of(detail)));
    }

    private List<Double> nearest(float[] query, int k) {
        List<Double> distances = new ArrayList<>(candidates.size());
        candidates.values().forEach(candidate -> distances.add(distance(candidate, query)));
        distances.sort(null);
        return distances.subList(0, Math.min(k, distances.size()));
    }

    private static boolean near(double one, double other) {
        return Math.abs(one - other) <= TOLERANCE;
    }

    private static double distance(Candidate candidate, float[] query) {
        return cosine(candidate.chunk().vector(), query);
    }

    /** 1 − the cosine of the angle between two vectors of the same dimension, 0 to 2. */
    static double cosine(float[] one, float[] other) {
        double dot = 0;
        double oneSquares = 0;
        double otherSquares = 0;
        for (int i = 0; i < one.length; i++) {
            dot += (double) one[i] * other[i];
            oneSquares += (double) one[i] * one[i];
            otherSquares += (double) other[i] * other[i];
        }
        return 1 - dot / Math.sqrt(oneSquares * otherSquares);
    }
}
