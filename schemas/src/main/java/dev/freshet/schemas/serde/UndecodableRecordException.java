package dev.freshet.schemas.serde;

import org.jspecify.annotations.Nullable;

/** The bytes of a record cannot be decoded, now or later: they are cut, foreign or of an incompatible schema. Trying again does not help. */
public final class UndecodableRecordException extends RuntimeException {
    public UndecodableRecordException(String message) {
        this(message, null);
    }

    public UndecodableRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
