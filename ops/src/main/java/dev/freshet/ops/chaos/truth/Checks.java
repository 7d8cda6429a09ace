package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.chaos.truth.Datasets.Shapes;
import dev.freshet.schemas.key.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Holds everything against the truth when nothing troubles Freshet and nobody writes. The truth is the rows topic itself, read from its beginning each time. For one thread.
 */
final class Checks {
    private static final Duration READ_WITHIN = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** A breach that is seen so often, one look after the other, is no answer of a moment ago. */
    private static final int LOOKS = 3;

    private final Target target;
    private final Caller caller;
    private final Journal journal;
    private final Commands commands;
    private final Tally tally;
    private final Datasets datasets;
    private final Calm calm;
    private final IndexChecks indexes;
    private final TopicReader topics;
    private final TopicNames names;
    private final RecordCodec codec = new RecordCodec();
    private final SameVectors vectors = new SameVectors();
    private final ExpectedRows expected;

    Checks(Target target, Caller caller, Journal journal, Commands commands, Tally tally, Random random) {
        this.target = requireNonNull(target, "target is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.journal = requireNonNull(journal, "journal is null");
        this.commands = requireNonNull(commands, "commands is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.datasets = new Datasets(caller, target.nodes().get(0));
        this.calm = new Calm(target, caller, random);
        this.indexes = new IndexChecks(caller, tally, random);
        this.topics = new TopicReader(target.bootstrap(), READ_WITHIN);
        this.names = new TopicNames(target.prefix());
        this.expected = new ExpectedRows(target.model());
    }

    /** What was found in one look, or why it could not be had. */
    private record Look(Optional<String> unrest, List<Finding> findings) {
        static Look restless(String why) {
            return new Look(Optional.of(why), List.of());
        }
    }

    /**
     * Waits until everything has come to rest, and compares. Nobody may write meanwhile.
     *
     * @param within how long it may take to come to rest; if it takes longer, that is the finding
     */
    List<Finding> settled(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        List<Finding> last = List.of();
        int looks = 0;
        while (true) {
            Look look = look();
            if (look.unrest().isPresent()) {
                looks = 0;
                if (System.nanoTime() > deadline) {
                    return List.of(Finding.of(
                            Invariant.PROGRESS,
                            "not at rest after " + within,
                            look.unrest().get()));
                }
            } else {
                last = look.findings();
                if (last.isEmpty() || ++looks == LOOKS) {
                    return last;
                }
            }
            Waits.pause(PAUSE);
        }
    }

    private Look look() {
        Optional<String> unrest = calm.unrest();
        if (unrest.isPresent()) {
            return Look.restless(unrest.get());
        }
        try {
            Map<Integer, Long> ends = topics.ends(names.rows());
            Shapes shapes = datasets.shapes(target.nodes().get(0));
            RowsFold fold =
                    RowsFold.of(topics.read(names.rows()), shapes.partitions(), shapes.datasetIds(), codec::change);
            Optional<String> behind = calm.behind(shapes, fold.ends());
            if (behind.isPresent()) {
                return Look.restless(behind.get());
            }
            ImagesFold images = ImagesFold.of(topics.read(names.vectors()), codec::image);
            List<Finding> findings = compare(shapes, fold, images);
            refusals(findings);
            if (!topics.ends(names.rows()).equals(ends)) {
                return Look.restless(
                        "the rows topic grows though nobody writes: " + ends + " became " + topics.ends(names.rows()));
            }
            return new Look(Optional.empty(), findings);
        } catch (IOException e) {
            return Look.restless(String.valueOf(e));
        }
    }

    private List<Finding> compare(Shapes shapes, RowsFold fold, ImagesFold images) throws IOException {
        List<Finding> findings = new ArrayList<>(fold.findings());
        findings.addAll(images.findings());
        findings.addAll(journal.missing(fold));
        for (URI node : target.nodes()) {
            String where = node.getAuthority();
            Shapes known = datasets.shapes(node);
            if (!known.equals(shapes)) {
                findings.add(Finding.of(
                        Invariant.COMMANDS, "processes know other indexes", where + ": " + known, shapes.toString()));
            }
            commands(node, shapes, findings);
            findings.addAll(LetterComparison.of(
                    where + " dead letters", fold, shapes.byName().values(), letters(node)));
        }
        Map<Long, IndexShape> byId = new HashMap<>();
        for (IndexShape shape : shapes.byName().values()) {
            byId.put(shape.id(), shape);
            index(shape, fold, images, findings);
        }
        for (long id : images.indexes()) {
            if (!byId.containsKey(id)) {
                findings.add(Finding.of(
                        Invariant.EXACT_IDS,
                        "images of an index are left that is gone",
                        "index " + id + ": " + images.rows(id).keySet()));
            }
        }
        return findings;
    }

    private void index(IndexShape shape, RowsFold fold, ImagesFold images, List<Finding> findings) throws IOException {
        Map<String, ExpectedRow> rows = expected.of(fold, shape);
        Map<String, FoundRow> topic = images.rows(shape.id());
        findings.addAll(
                RowComparison.of("the vectors topic, " + shape.name(), rows, topic, fold.deleted(shape.datasetId())));
        if (!shape.direct()) {
            findings.addAll(vectors.look(shape.name(), topic.values()));
        }
        tally.rows.add(rows.size());
        for (URI node : target.nodes()) {
            findings.addAll(indexes.of(node, shape, rows, topic, fold.deleted(shape.datasetId())));
        }
    }

    private void commands(URI node, Shapes shapes, List<Finding> findings) throws IOException {
        String where = node.getAuthority();
        String alias = caller.require(node, "/v1/vectors/aliases/" + Datasets.ALIAS)
                .path("index")
                .asText();
        findings.addAll(commands.check(where, Datasets.ALIAS, alias));
        findings.addAll(commands.check(where, Datasets.PHOENIX, phoenix(shapes)));
    }

    private static String phoenix(Shapes shapes) {
        return shapes.datasetIds().containsKey(Datasets.PHOENIX) ? Commands.THERE : Commands.GONE;
    }

    /** Takes what the catalog says for the truth from now on. To be called when a check has found nothing. */
    void believe() throws IOException {
        URI node = target.nodes().get(0);
        String alias = caller.require(node, "/v1/vectors/aliases/" + Datasets.ALIAS)
                .path("index")
                .asText();
        commands.settled(Datasets.ALIAS, alias);
        commands.settled(Datasets.PHOENIX, phoenix(datasets.shapes(node)));
    }

    private List<JsonNode> letters(URI node) throws IOException {
        Map<String, JsonNode> letters = new LinkedHashMap<>();
        String cursor = "";
        do {
            JsonNode page = caller.require(
                    node, "/v1/dead-letters?limit=500" + (cursor.isEmpty() ? "" : "&cursor=" + Caller.segment(cursor)));
            page.path("dead_letters")
                    .forEach(letter -> letters.put(letter.path("id").asText(), letter));
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty());
        return List.copyOf(letters.values());
    }

    /** Bad requests; that they changed nothing shows when the rows topic has not grown. */
    private void refusals(List<Finding> findings) throws IOException {
        for (URI node : target.nodes()) {
            for (BadRequest bad : BadRequest.all()) {
                Reply reply = caller.call(node, bad.method(), bad.path(), bad.contentType(), bad.body(), Target.CALL);
                bad.judge(reply).ifPresent(findings::add);
            }
        }
    }
}
