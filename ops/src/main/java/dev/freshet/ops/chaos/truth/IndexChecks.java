package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Asks a process all that it can say of an index, and compares: its listing, look-ups of what was deleted, searches by brute force, by the graph and by each chunk itself. For one thread. */
final class IndexChecks {
    private static final int BATCH = 100;
    private static final int EXACT_QUERIES = 10;
    private static final int EXACT_K = 50;
    private static final int RECALL_QUERIES = 30;
    private static final int RECALL_K = 10;
    private static final int TEXT_QUERIES = 10;
    private static final int FILTERED_QUERIES = 4;
    private static final int DELETED_LOOKUPS = 20;
    private static final int BREACHES_MAX = 3;

    private final Caller caller;
    private final Tally tally;
    private final Random random;

    IndexChecks(Caller caller, Tally tally, Random random) {
        this.caller = requireNonNull(caller, "caller is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.random = requireNonNull(random, "random is null");
    }

    /**
     * What is wrong with an index at one process.
     *
     * @param expected what the rows imply
     * @param topic what the vectors topic says, which searches are compared with
     */
    List<Finding> of(
            URI node,
            IndexShape shape,
            Map<String, ExpectedRow> expected,
            Map<String, FoundRow> topic,
            Set<String> deleted)
            throws IOException {
        String where = node.getAuthority() + ", " + shape.name();
        List<Finding> findings = new ArrayList<>();
        Map<String, FoundRow> listing = new HashMap<>();
        for (JsonNode item : items(node, shape)) {
            FoundRow row = FoundRow.of(item);
            if (listing.put(row.key(), row) != null) {
                findings.add(Finding.of(Invariant.EXACT_IDS, where + ": a row is listed twice", row.key()));
            }
        }
        tally.rows.add(listing.size());
        findings.addAll(RowComparison.of(where + ", listing", expected, listing, deleted));
        findings.addAll(lookUps(node, shape, deleted));
        findings.addAll(searches(node, shape, new SearchComparison(where, topic.values()), topic.values()));
        return findings;
    }

    private List<JsonNode> items(URI node, IndexShape shape) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = caller.require(
                    node,
                    "/v1/vectors/index/" + shape.name() + "/items?limit=500&include_vector=true"
                            + (cursor.isEmpty() ? "" : "&cursor=" + Caller.segment(cursor)));
            page.path("items").forEach(items::add);
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty());
        return items;
    }

    private List<Finding> lookUps(URI node, IndexShape shape, Set<String> deleted) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (String key : deleted.stream().sorted().limit(DELETED_LOOKUPS).toList()) {
            Reply reply = caller.get(node, "/v1/vectors/index/" + shape.name() + "/items/" + Caller.segment(key));
            if (reply.ok()) {
                findings.add(
                        Finding.of(Invariant.NO_RESURRECTION, "a deleted row can be looked up", key + ": " + reply));
            } else if (!reply.code().equals("item_not_found")) {
                throw new IOException(reply.toString());
            }
        }
        return findings;
    }

    private List<Finding> searches(URI node, IndexShape shape, SearchComparison comparison, Collection<FoundRow> rows)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<float[]> exact = directions(EXACT_QUERIES, shape);
        List<SearchAnswer> answers = search(node, shape, bodies(exact, EXACT_K, true));
        for (int i = 0; i < exact.size(); i++) {
            add(findings, answers.get(i).breach(shape.name()), comparison.exact(exact.get(i), EXACT_K, answers.get(i)));
        }
        List<float[]> approximate = directions(RECALL_QUERIES, shape);
        List<SearchAnswer> found = search(node, shape, bodies(approximate, RECALL_K, false));
        for (SearchAnswer answer : found) {
            add(findings, answer.breach(shape.name()));
        }
        add(findings, comparison.recall(approximate, RECALL_K, found));
        selves(node, shape, comparison, rows, findings);
        if (shape.dataset().equals(Datasets.NOTES)) {
            filtered(node, shape, rows, findings);
        }
        return findings;
    }

    /** With a filter, an exact search equals brute force over the rows that pass it. */
    private void filtered(URI node, IndexShape shape, Collection<FoundRow> rows, List<Finding> findings)
            throws IOException {
        String label = Notes.LABELS.get(random.nextInt(Notes.LABELS.size()));
        SearchComparison passing = new SearchComparison(
                node.getAuthority() + ", " + shape.name() + ", label " + label,
                rows.stream()
                        .filter(row -> row.metadata().path(Notes.LABEL).asText().equals(label))
                        .toList());
        List<float[]> queries = directions(FILTERED_QUERIES, shape);
        List<ObjectNode> bodies = bodies(queries, EXACT_K, true);
        bodies.forEach(body -> body.putObject("filter").putObject("eq").put(Notes.LABEL, label));
        List<SearchAnswer> answers = search(node, shape, bodies);
        for (int i = 0; i < queries.size(); i++) {
            add(findings, passing.exact(queries.get(i), EXACT_K, answers.get(i)));
        }
    }

    /** Every chunk by its own vector, and some by their texts: what the graph lacks does not show otherwise. */
    private void selves(
            URI node, IndexShape shape, SearchComparison comparison, Collection<FoundRow> rows, List<Finding> findings)
            throws IOException {
        List<String> ids = new ArrayList<>();
        List<Boolean> byTexts = new ArrayList<>();
        List<ObjectNode> bodies = new ArrayList<>();
        for (FoundRow row : rows) {
            for (Chunk chunk : row.chunks()) {
                ids.add(chunk.id(row.key()));
                boolean byText =
                        !chunk.text().isEmpty() && random.nextInt(Math.max(1, comparison.size() / TEXT_QUERIES)) == 0;
                byTexts.add(byText);
                bodies.add(
                        byText ? Searches.byText(chunk.text(), 1, true) : Searches.byVector(chunk.vector(), 1, true));
            }
        }
        List<SearchAnswer> answers = search(node, shape, bodies);
        int breaches = 0;
        for (int i = 0; i < ids.size() && breaches < BREACHES_MAX; i++) {
            Optional<Finding> breach = comparison.self(ids.get(i), byTexts.get(i), answers.get(i));
            breaches += breach.isPresent() ? 1 : 0;
            add(findings, breach);
        }
    }

    private List<float[]> directions(int count, IndexShape shape) {
        return Stream.generate(() -> Searches.direction(random, shape.dimensions()))
                .limit(count)
                .toList();
    }

    private static List<ObjectNode> bodies(List<float[]> queries, int k, boolean exact) {
        return queries.stream().map(query -> Searches.byVector(query, k, exact)).toList();
    }

    /** The answers to searches, several in one call. */
    private List<SearchAnswer> search(URI node, IndexShape shape, List<ObjectNode> bodies) throws IOException {
        List<SearchAnswer> answers = new ArrayList<>();
        for (int from = 0; from < bodies.size(); from += BATCH) {
            ObjectNode batch = JsonNodeFactory.instance.objectNode();
            ArrayNode queries = batch.putArray("queries");
            bodies.subList(from, Math.min(from + BATCH, bodies.size())).forEach(queries::add);
            answers.addAll(SearchAnswer.ofBatch(Caller.result(caller.post(node, Searches.path(shape.name()), batch))));
        }
        if (answers.size() != bodies.size()) {
            throw new IOException(answers.size() + " answers to " + bodies.size() + " searches");
        }
        answers.forEach(answer -> (answer.complete() ? tally.complete : tally.incomplete).increment());
        tally.queries.add(answers.size());
        return answers;
    }

    @SafeVarargs
    private static void add(List<Finding> findings, Optional<Finding>... found) {
        for (Optional<Finding> finding : found) {
            finding.ifPresent(findings::add);
        }
    }
}
