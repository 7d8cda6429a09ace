package dev.freshet.ops.chaos.truth;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.KnownRows.Known;
import dev.freshet.ops.chaos.truth.SearchAnswer.Hit;
import java.util.List;

/** Whether an answer to a search for a chunk of a known row is right. */
enum Verdict {
    /** It has the row, first; or does not have it, if it was deleted. */
    RIGHT,
    /** It does not have the row, and says that it misses partitions. */
    INCOMPLETE,
    /** It is of before the row's last change, and its positions say so. */
    BEHIND,
    /** It contradicts what was known before it was asked. */
    WRONG;

    /** Nothing else is as near to a chunk's own vector. */
    private static final double SAME = 1e-4;

    /**
     * Judges. Pure.
     *
     * @param chunk that was searched for, by its own vector or text; of a deleted row, any
     * @param asked whether the search asked for positions that include the row's last change
     */
    static Verdict of(Known row, Chunk chunk, SearchAnswer answer, boolean asked) {
        List<Hit> own = answer.hits().stream()
                .filter(hit -> hit.row().equals(row.name().key()))
                .toList();
        boolean reflected = asked || answer.reflects(row.partition(), row.offset());
        if (row.deleted()) {
            return own.isEmpty() ? RIGHT : reflected ? WRONG : BEHIND;
        }
        String id = chunk.id(row.name().key());
        boolean first = answer.hits().stream()
                .takeWhile(hit -> hit.distance() <= SAME)
                .anyMatch(hit -> hit.id().equals(id) && hit.text().equals(chunk.text()));
        if (first) {
            return RIGHT;
        }
        boolean covered = answer.complete() || answer.positions().containsKey(row.partition());
        return !covered ? INCOMPLETE : reflected ? WRONG : BEHIND;
    }
}
