package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.Journal.Acknowledged;
import dev.freshet.ops.chaos.truth.Journal.Content;
import dev.freshet.ops.chaos.truth.KnownRows.Known;
import dev.freshet.ops.chaos.truth.KnownRows.Name;
import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.key.RowKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Writes rows over HTTP, at one process after the other until one acknowledges, and keeps account: what was acknowledged goes to the journal, what was waited for is searched for at
 * every process, what got no answer is doubted. Thread-safe, if no two threads write the same row.
 */
final class Writes {
    private static final int ATTEMPTS = 3;
    private static final int WAIT_MS = 5_000;
    private static final Duration WAIT_CALL = Duration.ofMillis(WAIT_MS + 3_000);
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final int FOUND_MAX = 5;

    private final Target target;
    private final Caller caller;
    private final Journal journal;
    private final KnownRows known;
    private final Tally tally;
    private final Findings findings;
    private final Map<String, List<IndexShape>> shapes;
    private final int partitions;

    /**
     * A write.
     *
     * @param path without a query
     * @param contents what is written of each row, in the order of the body
     * @param waits whether to wait until it is searchable
     * @param allowed codes with which it may be refused for good
     */
    record Write(
            String method,
            String path,
            String contentType,
            String body,
            List<Content> contents,
            boolean waits,
            Set<String> allowed) {
        Write {
            contents = List.copyOf(contents);
            allowed = Set.copyOf(allowed);
        }
    }

    /**
     * @param shapes of the indexes by their dataset, of datasets that are never dropped
     * @param partitions of the rows topic
     */
    Writes(
            Target target,
            Caller caller,
            Journal journal,
            KnownRows known,
            Tally tally,
            Findings findings,
            Map<String, List<IndexShape>> shapes,
            int partitions) {
        this.target = requireNonNull(target, "target is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.journal = requireNonNull(journal, "journal is null");
        this.known = requireNonNull(known, "known is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.findings = requireNonNull(findings, "findings is null");
        this.shapes = Map.copyOf(shapes);
        this.partitions = partitions;
    }

    /** Writes; true if it was acknowledged, and nothing of it may come once more. */
    boolean send(Write write, Random random) throws IOException {
        Set<Name> names = new HashSet<>();
        write.contents().forEach(content -> names.add(new Name(content.dataset(), content.key())));
        names.forEach(known::changes);
        String path = write.path() + (write.waits() ? "?wait=true&timeout_ms=" + WAIT_MS : "?wait=false");
        int first = random.nextInt(target.nodes().size());
        boolean doubted = false;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            URI node = target.nodes().get((first + attempt) % target.nodes().size());
            Reply reply;
            try {
                reply = caller.call(
                        node,
                        write.method(),
                        path,
                        write.contentType(),
                        write.body(),
                        write.waits() ? WAIT_CALL : Target.CALL);
            } catch (ConnectException | HttpConnectTimeoutException e) {
                Waits.pause(PAUSE); // Nothing was sent.
                continue;
            } catch (IOException e) {
                // Nobody knows what became of it.
                doubted = true;
                doubt(names);
                Waits.pause(PAUSE);
                continue;
            }
            if (reply.ok() || isWritten(reply, write)) {
                acknowledged(write, reply);
                if (write.waits() && reply.ok() && !doubted) {
                    waited(write, reply, random);
                }
                return !doubted;
            }
            if (!reply.passing()) {
                if (!write.allowed().contains(reply.code())) {
                    findings.add(Finding.of(Invariant.ANSWERS, "a good write was refused for good", reply.toString()));
                }
                return false;
            }
            doubted = true;
            doubt(names);
            Waits.pause(PAUSE);
        }
        return false;
    }

    private void doubt(Set<Name> names) {
        tally.inDoubt.increment();
        names.forEach(known::doubt);
    }

    /** Whether a refusal says that all is written, and only not searchable in time. */
    private static boolean isWritten(Reply reply, Write write) {
        return reply.code().equals("deadline_exceeded")
                && reply.json().path("accepted").asInt() == write.contents().size();
    }

    private void acknowledged(Write write, Reply reply) {
        JsonNode answer = reply.json();
        if (answer.path("accepted").asInt() != write.contents().size()) {
            findings.add(Finding.of(
                    Invariant.ANSWERS, "a write of good rows was not accepted whole", write.body(), reply.toString()));
            return;
        }
        if (!answer.path("failed").isEmpty()) {
            findings.add(
                    Finding.of(Invariant.ACKNOWLEDGED_SEARCHABLE, "good rows cannot be embedded", reply.toString()));
        }
        Map<Integer, Integer> last = new HashMap<>();
        for (int i = 0; i < write.contents().size(); i++) {
            last.put(partition(write.contents().get(i)), i);
        }
        for (int i = 0; i < write.contents().size(); i++) {
            Content content = write.contents().get(i);
            int partition = partition(content);
            JsonNode offset = answer.path("positions").path(String.valueOf(partition));
            if (!offset.isIntegralNumber()) {
                findings.add(Finding.of(
                        Invariant.ANSWERS,
                        "the answer to a write does not say where a row is",
                        content.key() + " in partition " + partition,
                        reply.toString()));
                continue;
            }
            boolean exact = last.getOrDefault(partition, i) == i;
            journal.add(new Acknowledged(content, new Place(partition, offset.asLong()), exact));
        }
    }

    private int partition(Content content) {
        return RowKeys.partition(content.dataset(), content.key(), partitions);
    }

    /** The rows of a write that was waited for must be found, from its positions on, wherever one searches. */
    private void waited(Write write, Reply reply, Random random) {
        if (!reply.json().path("searchable").asBoolean()) {
            findings.add(Finding.of(
                    Invariant.WAIT, "a write that waited has succeeded and is not searchable", reply.toString()));
            return;
        }
        Map<Name, Known> rows = new HashMap<>();
        for (Content content : write.contents()) {
            List<IndexShape> indexes = shapes.getOrDefault(content.dataset(), List.of());
            if (!indexes.isEmpty()) {
                Known row = known(content, indexes, reply.json());
                rows.put(row.name(), row);
                tally.waited.increment();
            }
        }
        rows.values().forEach(known::is);
        // Of a doubted row, an earlier write may come after this one.
        rows.values().stream().filter(known::still).findFirst().ifPresent(row -> search(row, random));
    }

    private Known known(Content content, List<IndexShape> indexes, JsonNode answer) {
        int partition = partition(content);
        Name name = new Name(content.dataset(), content.key());
        Map<String, List<Chunk>> chunks = new HashMap<>();
        for (IndexShape index : indexes) {
            chunks.put(
                    index.name(),
                    content.delete()
                            ? known.before(name).getOrDefault(index.name(), List.of())
                            : chunks(content, index));
        }
        return new Known(
                name,
                partition,
                answer.path("positions").path(String.valueOf(partition)).asLong(),
                content.delete(),
                chunks);
    }

    private List<Chunk> chunks(Content content, IndexShape index) {
        float[] own = content.vector();
        if (own != null) {
            return List.of(new Chunk(0, "", own));
        }
        List<Chunk> chunks = new ArrayList<>();
        for (String text : ExpectedRows.texts(content.columns(), index)) {
            chunks.add(new Chunk(chunks.size(), text, target.model().apply(text)));
        }
        return chunks;
    }

    private void search(Known row, Random random) {
        List<String> indexes = row.chunks().keySet().stream().sorted().toList();
        String index = indexes.get(random.nextInt(indexes.size()));
        row.chunk(index, random).ifPresent(chunk -> search(row, index, chunk));
    }

    private void search(Known row, String index, Chunk chunk) {
        for (URI node : target.nodes()) {
            ObjectNode body = Searches.byVector(chunk.vector(), FOUND_MAX, true);
            try {
                Reply reply = caller.post(
                        node, Searches.path(index), Searches.from(body, row.partition(), row.offset(), WAIT_MS));
                if (reply.ok()) {
                    judge(row, chunk, reply);
                } else {
                    tally.refused.increment();
                }
            } catch (IOException e) {
                tally.refused.increment(); // It is down, or cut off.
            }
        }
    }

    private void judge(Known row, Chunk chunk, Reply reply) {
        SearchAnswer answer = SearchAnswer.of(reply.json());
        (answer.complete() ? tally.complete : tally.incomplete).increment();
        answer.breach("after a write").ifPresent(findings::add);
        if (Verdict.of(row, chunk, answer, true) == Verdict.WRONG) {
            findings.add(Finding.of(
                    Invariant.WAIT,
                    "a search from the positions of a write that was waited for does not reflect it",
                    row.name() + (row.deleted() ? " was deleted" : " was written") + " at " + row.partition() + "@"
                            + row.offset(),
                    reply.toString()));
        }
    }
}
