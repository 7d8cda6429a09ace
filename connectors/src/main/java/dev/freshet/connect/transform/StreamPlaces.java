package dev.freshet.connect.transform;

import dev.freshet.schemas.avro.StreamPlace;
import org.jspecify.annotations.Nullable;

/**
 * Says of each change where it stands in the stream of its table, so that a snapshot can sweep away what it did not see: a row of a snapshot has the snapshot's place, whatever comes after the snapshot
 * has that place or a higher one, and what came before it has a lower one. The order of changes alone does not say that: Postgres tells a change that was made before the snapshot and committed after it
 * with its own, lower place. For the task's thread only.
 */
final class StreamPlaces {
    /** The place of the last snapshot that has come by. What is remembered is gone when the task restarts, and then the transactions before a change say enough. */
    private @Nullable Long snapshot;

    /** Null if it is not known; then no sweep deletes the row. */
    @Nullable
    StreamPlace of(ChangeEvent event) {
        SourceBlock source = event.source();
        if (event.kind() == ChangeEvent.Kind.READ) {
            passed(source.order());
        }
        Long follows = higher(snapshot, source.follows());
        return follows == null || source.source().isEmpty()
                ? null
                : new StreamPlace(stream(source.source(), source.table()), follows);
    }

    /** The place of a sweep: all rows of the table that have a lower one are gone. */
    StreamPlace of(ScannedTable scanned) {
        passed(scanned.place());
        return new StreamPlace(stream(scanned.source(), scanned.table()), scanned.place());
    }

    private void passed(@Nullable Long place) {
        snapshot = higher(snapshot, place);
    }

    /** The source's name stands in it because places of two servers cannot be compared. */
    private static String stream(String source, String table) {
        return source + "/" + table;
    }

    private static @Nullable Long higher(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.max(one, other);
    }
}
