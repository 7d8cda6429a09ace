package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.KnownRows.Known;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Searches while faults are at work. What an answer says must be right: if it is complete, or has the partition of a known row, and reflects the row's last change by its own positions,
 * then it has the row, or does not have it if it was deleted. That it misses something it may say; that it has something it must not. One step is one search; for one thread.
 */
final class SearchWatch {
    private static final int FOUND_MAX = 10;
    private static final int POSITIONS_MS = 3_000;
    /** A model that is another than it was, or makes no sense, embeds no query. */
    private static final Set<String> MODEL_TROUBLE = Set.of("model_changed", "embedding_refused");

    private final Target target;
    private final Caller caller;
    private final KnownRows known;
    private final GraphMisses misses;
    private final Tally tally;
    private final Findings findings;
    private final Map<String, IndexShape> shapes;
    private final Random random;

    SearchWatch(
            Target target,
            Caller caller,
            KnownRows known,
            GraphMisses misses,
            Tally tally,
            Findings findings,
            Map<String, IndexShape> shapes,
            Random random) {
        this.target = requireNonNull(target, "target is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.known = requireNonNull(known, "known is null");
        this.misses = requireNonNull(misses, "misses is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.findings = requireNonNull(findings, "findings is null");
        this.shapes = Map.copyOf(shapes);
        this.random = requireNonNull(random, "random is null");
    }

    void step() {
        URI node = target.nodes().get(random.nextInt(target.nodes().size()));
        Optional<Known> row = known.any(random);
        try {
            if (row.isEmpty() || random.nextInt(5) == 0) {
                anything(node);
            } else {
                known(node, row.get());
            }
        } catch (IOException e) {
            tally.refused.increment(); // It is down, cut off or stopped.
        }
    }

    /** In any direction: what is there is not known, but no answer may contradict itself. */
    private void anything(URI node) throws IOException {
        List<String> names = shapes.keySet().stream().sorted().toList();
        String name = names.get(random.nextInt(names.size()));
        IndexShape shape = requireNonNull(shapes.get(name), "a name without a shape");
        boolean alias = !shape.direct() && random.nextBoolean();
        ask(
                node,
                alias ? Datasets.ALIAS : name,
                Searches.byVector(
                        Searches.direction(random, shape.dimensions()), 1 + random.nextInt(100), random.nextBoolean()));
    }

    private void known(URI node, Known row) throws IOException {
        List<String> indexes = row.chunks().keySet().stream().sorted().toList();
        if (indexes.isEmpty()) {
            return;
        }
        String index = indexes.get(random.nextInt(indexes.size()));
        Optional<Chunk> chunk = row.chunk(index, random);
        if (chunk.isEmpty()) {
            return;
        }
        boolean exact = random.nextBoolean();
        boolean positions = random.nextBoolean();
        ObjectNode body = Searches.byChunk(chunk.get(), FOUND_MAX, exact, random);
        if (positions) {
            Searches.from(body, row.partition(), row.offset(), POSITIONS_MS);
        }
        Optional<Reply> reply = ask(node, index, body);
        if (reply.isEmpty() || !known.still(row)) {
            return; // Written meanwhile: it may be found or not.
        }
        SearchAnswer answer = SearchAnswer.of(reply.get().json());
        Verdict verdict = Verdict.of(row, chunk.get(), answer, positions);
        switch (verdict) {
            case RIGHT -> misses.found(exact);
            case INCOMPLETE -> {} // Counted as such already.
            case BEHIND -> tally.behind.increment();
            case WRONG -> {
                if (exact || row.deleted()) {
                    findings.add(wrong(row, chunk.get(), index, answer, reply.get()));
                } else {
                    misses.missed();
                }
            }
        }
    }

    /** The answer of a search, if it is one. */
    private Optional<Reply> ask(URI node, String index, ObjectNode body) throws IOException {
        Reply reply = caller.post(node, Searches.path(index), body);
        if (reply.ok()) {
            SearchAnswer answer = SearchAnswer.of(reply.json());
            (answer.complete() ? tally.complete : tally.incomplete).increment();
            answer.breach(node.getAuthority()).ifPresent(findings::add);
            return Optional.of(reply);
        }
        tally.refused.increment();
        if (!reply.passing() && !(body.has("text") && MODEL_TROUBLE.contains(reply.code()))) {
            findings.add(Finding.of(Invariant.ANSWERS, "a good search was refused for good", reply.toString()));
        }
        return Optional.empty();
    }

    private static Finding wrong(Known row, Chunk chunk, String index, SearchAnswer answer, Reply reply) {
        boolean other = answer.hits().stream()
                .anyMatch(hit -> hit.row().equals(row.name().key()));
        String detail = row.name() + " " + row.partition() + "@" + row.offset() + " in " + index + ", chunk "
                + chunk.ordinal() + " '" + chunk.text() + "'";
        if (row.deleted()) {
            return Finding.of(
                    Invariant.NO_RESURRECTION,
                    "a row whose deletion was waited for is found",
                    detail,
                    reply.toString());
        }
        return other
                ? Finding.of(
                        Invariant.NEWEST_VERSION,
                        "an answer that reflects a row has another version of it",
                        detail,
                        reply.toString())
                : Finding.of(
                        Invariant.COVERAGE,
                        "an answer that covers and reflects a row does not have it",
                        detail,
                        reply.toString());
    }
}
