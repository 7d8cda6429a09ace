package dev.freshet.ops.chaos.truth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much was put to the test.
 *
 * @param acknowledged writes that were acknowledged, each looked for in the rows topic at every check
 * @param inDoubt writes that nobody answered, or that failed
 * @param waited writes that were acknowledged as searchable, and then searched for at every process that answered
 * @param complete answers of searches that covered every partition
 * @param incomplete answers of searches that said that they miss partitions
 * @param refused searches that were refused with a code that says to try again, or got no answer
 * @param behind complete answers that said by their positions that they do not reflect a row yet
 * @param rows rows compared with what listings and topics say, once for each index, process and check
 * @param queries searches compared with brute force
 */
public record Counts(
        long acknowledged,
        long inDoubt,
        long waited,
        long complete,
        long incomplete,
        long refused,
        long behind,
        long rows,
        long queries) {
    public Counts plus(Counts other) {
        return new Counts(
                acknowledged + other.acknowledged,
                inDoubt + other.inDoubt,
                waited + other.waited,
                complete + other.complete,
                incomplete + other.incomplete,
                refused + other.refused,
                behind + other.behind,
                rows + other.rows,
                queries + other.queries);
    }

    /** By their names, in the order of a table. */
    public Map<String, Long> byName() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("acknowledged_writes", acknowledged);
        counts.put("writes_in_doubt", inDoubt);
        counts.put("waited_writes", waited);
        counts.put("searches_complete", complete);
        counts.put("searches_incomplete", incomplete);
        counts.put("searches_refused", refused);
        counts.put("searches_behind", behind);
        counts.put("rows_compared", rows);
        counts.put("queries_compared", queries);
        return counts;
    }
}
