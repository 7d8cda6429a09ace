package dev.freshet.refresh;

/** What became of a row that was a job's work. */
enum RowOutcome {
    /** The index has it now, or it has been cleared away. */
    DONE,
    /** It needed nothing any more: deleted meanwhile, or there already. */
    SKIPPED,
    /** It is a dead letter. */
    FAILED
}
