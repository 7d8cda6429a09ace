package dev.freshet.schemas.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A refusal or failure that a user can act on: its message names the thing, the limit and the remedy. */
public final class FreshetException extends RuntimeException {
    private final ErrorCode code;

    public FreshetException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public FreshetException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
        this.code = requireNonNull(code, "code is null");
    }

    public ErrorCode code() {
        return code;
    }
}
