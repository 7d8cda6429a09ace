package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.refresh.LetterId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the dead letters with the records that were written to become some: exactly those, each with its reason. Pure. */
final class LetterComparison {
    private static final int DETAILS_MAX = 8;
    private static final String OPEN = "open";

    private LetterComparison() {}

    /** A letter; its epoch is left out, as the rows topic is never made anew here. */
    private record Name(int partition, long offset, long indexId) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int byPartition = Integer.compare(partition, other.partition);
            int byOffset = Long.compare(offset, other.offset);
            return byPartition != 0 ? byPartition : byOffset != 0 ? byOffset : Long.compare(indexId, other.indexId);
        }
    }

    /** Its code, and whether it must be open. */
    private record Said(String code, boolean open) {}

    /**
     * Compares.
     *
     * @param where the letters are from, for the findings
     * @param shapes all indexes
     * @param letters as the API lists them
     */
    static List<Finding> of(String where, RowsFold fold, Collection<IndexShape> shapes, List<JsonNode> letters) {
        Map<Name, Said> expected = expected(fold, shapes);
        List<String> strange = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        Map<Name, Said> missing = new TreeMap<>(expected);
        for (JsonNode letter : letters) {
            Optional<LetterId> id = LetterId.parse(letter.path("id").asText());
            Name name = id.map(it -> new Name(it.partition(), it.offset(), it.indexId()))
                    .orElse(new Name(-1, -1, -1));
            Said said = expected.get(name);
            missing.remove(name);
            if (said == null) {
                strange.add(shown(letter));
            } else if (!said.equals(new Said(
                    letter.path("code").asText(), letter.path("state").asText().equals(OPEN)))) {
                wrong.add(shown(letter) + " instead of " + said);
            }
        }
        List<Finding> findings = new ArrayList<>();
        add(findings, where, "a dead letter of a record that is good", strange);
        add(findings, where, "a dead letter with another reason or state", wrong);
        add(
                findings,
                where,
                "a bad record that is no dead letter",
                missing.entrySet().stream().map(Object::toString).toList());
        return findings;
    }

    private static Map<Name, Said> expected(RowsFold fold, Collection<IndexShape> shapes) {
        Map<Name, Said> expected = new TreeMap<>();
        for (RowsFold.Letter letter : fold.letters()) {
            int partition = letter.place().partition();
            long offset = letter.place().offset();
            if (!letter.ofRow()) {
                expected.put(
                        new Name(partition, offset, 0), new Said(letter.code().code(), true));
                continue;
            }
            RowTruth row = fold.rows(letter.datasetId()).get(letter.rowKey());
            boolean newest = row != null && row.oversize() && row.from().equals(letter.place());
            for (IndexShape shape : shapes) {
                if (shape.datasetId() == letter.datasetId()) {
                    expected.put(
                            new Name(partition, offset, shape.id()),
                            new Said(letter.code().code(), newest));
                }
            }
        }
        return expected;
    }

    private static String shown(JsonNode letter) {
        return letter.path("id").asText() + " " + letter.path("state").asText() + " "
                + letter.path("code").asText() + " of " + letter.path("key").asText() + ": "
                + letter.path("message").asText();
    }

    private static void add(List<Finding> findings, String where, String what, List<String> details) {
        if (!details.isEmpty()) {
            findings.add(new Finding(
                    Invariant.REFUSALS,
                    where + ": " + details.size() + " × " + what,
                    details.stream().limit(DETAILS_MAX).toList()));
        }
    }
}
