package dev.freshet.refresh;

/** What {@link RowReflector} did about a row and an index. */
enum Reflected {
    /** The image went out. */
    FORWARDED,
    /** It waits for the model, as the work of the job that was named, if one was. */
    QUEUED,
    /** It waits for the model as the work of another job, which runs. */
    TAKEN,
    /** It can never be embedded. */
    FAILED
}
