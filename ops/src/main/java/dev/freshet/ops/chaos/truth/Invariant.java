package dev.freshet.ops.chaos.truth;

/** What must hold: the invariants of the design by their numbers, and what goes without saying, which has the number 0. */
public enum Invariant {
    ACKNOWLEDGED_SEARCHABLE(1, "Every acknowledged row becomes searchable, exactly once, within a bound."),
    EXACT_IDS(2, "The ids in an index equal the ids that the rows imply: no phantom, no duplicate, no orphan chunk."),
    NEWEST_VERSION(3, "Only the newest version's chunks are returned. No mix, no gap while it is being replaced."),
    NO_RESURRECTION(4, "A deleted row never comes back."),
    EXACT_SEARCH(5, "Exact search equals brute force over the vectors topic; HNSW recall@10 is at least 0.95."),
    SNAPSHOTS(6, "A damaged, truncated or foreign snapshot is never served: the graph holds what the rows say."),
    ONE_MODEL(7, "Vectors of different models are never mixed in an index."),
    COVERAGE(8, "An answer that misses partitions says so, and never looks complete."),
    REFUSALS(9, "A bad row, request or vector is refused with a precise error and changes nothing."),
    SAME_VECTOR(10, "The same text gives the same vector."),
    WHOLE_TEXT(11, "Text is never silently cut."),
    PROGRESS(0, "When faults have stopped, everything goes on within a bound."),
    WAIT(0, "What a writer has waited for is there for searches from its positions on, whichever process is asked."),
    COMMANDS(0, "An acknowledged command of the catalog holds."),
    ANSWERS(0, "Every answer is a result or a problem with a known code, never a stack trace or an internal error.");

    private final int number;
    private final String sentence;

    Invariant(int number, String sentence) {
        this.number = number;
        this.sentence = sentence;
    }

    /** Its number in the design; 0 for what has none. */
    public int number() {
        return number;
    }

    public String sentence() {
        return sentence;
    }
}
