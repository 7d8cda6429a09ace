package dev.freshet.ops.chaos.truth;

import java.util.concurrent.atomic.LongAdder;

/** Counts while threads are at work; see {@link Counts}. Thread-safe. */
final class Tally {
    final LongAdder inDoubt = new LongAdder();
    final LongAdder waited = new LongAdder();
    final LongAdder complete = new LongAdder();
    final LongAdder incomplete = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder behind = new LongAdder();
    final LongAdder rows = new LongAdder();
    final LongAdder queries = new LongAdder();

    Counts counts(long acknowledged) {
        return new Counts(
                acknowledged,
                inDoubt.sum(),
                waited.sum(),
                complete.sum(),
                incomplete.sum(),
                refused.sum(),
                behind.sum(),
                rows.sum(),
                queries.sum());
    }
}
