package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change that could not be taken, as lists show it; long keys and messages are cut.
 *
 * @param code an {@link dev.freshet.schemas.error.ErrorCode} in lower case
 * @param dataset as the record's key names it; null if the key names none
 * @param key the row key; null if the record's key has none
 * @param index the name of the index that could not take the row; null: the change could not be taken at all
 * @param origin where the change stands in the rows topic
 * @param time when it was written to the dead letters, the last time
 * @param written when it was written to the rows topic
 * @param attempts how often it could not be taken
 * @param bytes the size of the letter
 * @param complete whether the letter holds the whole record; one that does not cannot be replayed
 */
public record DeadLetter(
        LetterId id,
        LetterState state,
        String code,
        String message,
        @Nullable String dataset,
        @Nullable String key,
        @Nullable String index,
        String origin,
        Instant time,
        Instant written,
        int attempts,
        long bytes,
        boolean complete) {
    public DeadLetter {
        requireNonNull(id, "id is null");
        requireNonNull(state, "state is null");
        requireNonNull(code, "code is null");
        requireNonNull(message, "message is null");
        requireNonNull(origin, "origin is null");
        requireNonNull(time, "time is null");
        requireNonNull(written, "written is null");
        if (attempts < 1 || bytes < 0) {
            throw new IllegalArgumentException("attempts is " + attempts + " and bytes is " + bytes);
        }
    }

    DeadLetter with(LetterState next, int nextAttempts) {
        return new DeadLetter(
                id, next, code, message, dataset, key, index, origin, time, written, nextAttempts, bytes, complete);
    }
}
