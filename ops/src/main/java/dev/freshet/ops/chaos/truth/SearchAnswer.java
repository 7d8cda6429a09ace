package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param positions per partition that answered, the offset in the rows topic up to which the answer reflects every change
 */
record SearchAnswer(List<Hit> hits, int partitions, int answered, boolean complete, Map<Integer, Long> positions) {
    SearchAnswer {
        hits = List.copyOf(hits);
        positions = Map.copyOf(positions);
    }

    /** A chunk that was found. */
    record Hit(String id, String row, double distance, String text, JsonNode metadata) {}

    /** One answer, or one of a batch. */
    static SearchAnswer of(JsonNode answer) {
        List<Hit> hits = new ArrayList<>();
        for (JsonNode hit : answer.path("results")) {
            hits.add(new Hit(
                    hit.path("id").asText(),
                    hit.path("row").asText(),
                    hit.path("distance").asDouble(Double.NaN),
                    hit.path("text").asText(),
                    hit.path("metadata")));
        }
        Map<Integer, Long> positions = new HashMap<>();
        answer.path("freshness")
                .path("positions")
                .properties()
                .forEach(position -> positions.put(
                        Integer.valueOf(position.getKey()), position.getValue().asLong()));
        JsonNode coverage = answer.path("coverage");
        return new SearchAnswer(
                hits,
                coverage.path("partitions").asInt(),
                coverage.path("answered").asInt(),
                coverage.path("complete").asBoolean(),
                positions);
    }

    /** All answers of a batch. */
    static List<SearchAnswer> ofBatch(JsonNode answer) {
        List<SearchAnswer> answers = new ArrayList<>();
        answer.path("results").forEach(one -> answers.add(of(one)));
        return answers;
    }

    /** Whether the answer reflects a change. */
    boolean reflects(int partition, long offset) {
        return positions.getOrDefault(partition, -1L) >= offset;
    }

    /** What is wrong with it whatever was asked, and whatever there is. */
    Optional<Finding> breach(String where) {
        if (complete != (answered == partitions) || answered > partitions || positions.size() != answered) {
            return Optional.of(Finding.of(
                    Invariant.COVERAGE,
                    where + ": an answer contradicts itself about what it covers",
                    answered + " of " + partitions + " partitions, complete " + complete + ", positions of "
                            + positions.keySet()));
        }
        for (int i = 1; i < hits.size(); i++) {
            if (!(hits.get(i - 1).distance() <= hits.get(i).distance())) {
                return Optional.of(Finding.of(
                        Invariant.EXACT_SEARCH,
                        where + ": results are not in the order of their distance",
                        hits.get(i - 1) + " before " + hits.get(i)));
            }
        }
        long ids = hits.stream().map(Hit::id).distinct().count();
        if (ids != hits.size()) {
            return Optional.of(Finding.of(
                    Invariant.EXACT_IDS,
                    where + ": an answer has a chunk twice",
                    hits.stream().map(Hit::id).toList().toString()));
        }
        return mixed(where);
    }

    /** All chunks of a row are of one version, which its metadata say too. */
    private Optional<Finding> mixed(String where) {
        Map<String, Hit> first = new HashMap<>();
        for (Hit hit : hits) {
            Optional<String> problem = Notes.contradiction(hit.text(), hit.metadata());
            if (problem.isPresent()) {
                return Optional.of(Finding.of(
                        Invariant.NEWEST_VERSION,
                        where + ": a result mixes versions",
                        hit.id() + ": " + problem.get()));
            }
            Hit other = first.putIfAbsent(hit.row(), hit);
            if (other != null && !other.metadata().equals(hit.metadata())) {
                return Optional.of(Finding.of(
                        Invariant.NEWEST_VERSION,
                        where + ": results of one row are of several versions",
                        other.toString(),
                        hit.toString()));
            }
        }
        return Optional.empty();
    }
}
